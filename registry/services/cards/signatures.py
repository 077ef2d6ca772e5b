"""Signatures: sign-off slots, objections, conditions and the table of signatures."""

from collections.abc import Sequence

from registry.domain.judgements import verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards.room import Room
from reports.content import Condition, Point, SignatureRow, SignOffSlot, Tone

_TONES = {
    "object": Tone.BAD,
    "abstain": Tone.UNSURE,
    "support with conditions": Tone.UNSURE,
    "accept residual risk": Tone.UNSURE,
}
_SIGNATURE = 28  # characters, enough to compare; the whole one is attached
_AWAITED_MOST = 54
_AWAITED = 4  # one slot in so many is kept for those awaited, however many have signed


def slots(
    given: Sequence[Document], awaited: Sequence[Document], room: Room
) -> tuple[tuple[SignOffSlot, ...], str | None]:
    """Return the sign-offs that stand, then the empty places of those awaited; and what is cut."""
    standing = [_slot(signoff, room) for signoff in given if verdicts.stands(signoff)]
    standing.sort(key=lambda slot: slot.tone is not Tone.BAD)
    missing = [_empty(entry) for entry in awaited]
    free = max(room.slots - len(standing), min(len(missing), room.slots // _AWAITED))
    kept = standing[: room.slots - min(free, len(missing))]
    shown = (kept + missing)[: room.slots]
    rest = len(standing) + len(missing) - len(shown)
    more = (
        f"{wording.counted(rest, 'more sign-off')} on page 4 or in the dossier." if rest else None
    )
    return tuple(shown), more


def objections(signoffs: Sequence[Document], room: Room) -> tuple[Point, ...]:
    """Return the objections that do not block, in the words of those who object.

    Those that block stand in the headline already.
    """
    found = [s for s in verdicts.objections(signoffs) if s["role"] != verdicts.BLOCKING_ROLE]
    points = [
        Point(
            kind=f"{wording.clipped(one['person']['name'], room.name)}, {one['role']}",
            text=wording.clipped(
                wording.sentence(one["reasons"] or "no reason given"), room.objection
            ),
            tone=Tone.BAD,
        )
        for one in found[: room.objections]
    ]
    if len(found) > room.objections:
        rest = wording.counted(
            len(found) - room.objections, "more objection" if points else "objection"
        )
        points.append(Point(kind=rest, text="in the attached signatures.json.", tone=Tone.BAD))
    return tuple(points)


def conditions(decision: Document | None, room: Room) -> tuple[tuple[Condition, ...], str | None]:
    """Return the conditions, open ones first, and what there was no room for."""
    if decision is None:
        return (), None
    found = sorted(decision["conditions"], key=lambda c: (c["state"] != "open", c["number"]))
    rest = len(found) - room.conditions
    more = f"{wording.counted(rest, 'more condition')} in the attached decision.json."
    return tuple(
        _condition(one, room) for one in found[: room.conditions]
    ), more if rest > 0 else None


def rows(signoffs: Sequence[Document], room: Room) -> tuple[SignatureRow, ...]:
    """Return every signature, void and withdrawn ones too, said to be so."""
    return tuple(_row(one, room) for one in signoffs[: room.signatures])


def _slot(signoff: Document, room: Room) -> SignOffSlot:
    return SignOffSlot(
        role=wording.capital(signoff["role"]),
        name=wording.clipped(_name(signoff), room.name),
        meaning=wording.capital(
            "objects" if signoff["meaning"] == "object" else signoff["meaning"]
        ),
        at=wording.moment(signoff["at"]),
        tone=_TONES.get(signoff["meaning"], Tone.GOOD),
        given=True,
    )


def _empty(entry: Document) -> SignOffSlot:
    return SignOffSlot(
        role=wording.capital(entry["role"]),
        name="Not yet signed",
        meaning=wording.clipped(f"Awaited: {entry['meaning']}", _AWAITED_MOST),
        at="",
        tone=Tone.UNSURE,
        given=False,
    )


def _name(signoff: Document) -> str:
    name, registration = signoff["person"]["name"], signoff.get("registration")
    return f"{name}, {registration}" if registration else str(name)


def _condition(one: Document, room: Room) -> Condition:
    still_open = one["state"] == "open"
    closed = f"closed {wording.day(one['closed_at'])}" if one.get("closed_at") else "closed"
    text = one["text"] if not one.get("site") else f"{one['site']}: {one['text']}"
    if one.get("consequence"):
        text = f"{wording.sentence(text)} Otherwise: {wording.sentence(one['consequence'])}"
    return Condition(
        number=f"C-{one['number']}",
        text=wording.clipped(text, room.condition),
        when=one["when"],
        owner=wording.clipped(one["owner"]["name"], 30),
        due=wording.day(one["due"]) if one.get("due") else "—",
        state="open" if still_open else closed,
        open=still_open,
    )


def _row(signoff: Document, room: Room) -> SignatureRow:
    remark = ""
    if signoff.get("withdrawn_at"):
        remark = f"withdrawn {wording.moment(signoff['withdrawn_at'])}"
    elif signoff.get("void"):
        remark = "void: given over an earlier dossier"
    return SignatureRow(
        role=signoff["role"],
        name=wording.clipped(_name(signoff), room.name),
        meaning=signoff["meaning"],
        at=wording.moment(signoff["at"]),
        key=str(signoff["key"]),
        signature=f"{str(signoff['signature'])[:_SIGNATURE]}…",
        remark=remark,
    )
