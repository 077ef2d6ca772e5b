"""Signatures: sign-off slots, objections, conditions and the table of signatures."""

from collections.abc import Sequence

from registry.domain.judgements import rungs, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.objections import AGAINST, unanswered
from registry.domain.signatures import SHORT
from registry.services.cards.room import Front
from reports.content import Cell, Column, Condition, Head, Point, Row, SignOffSlot, Table, Tone

_TONES = {
    "object": Tone.BAD,
    "abstain": Tone.UNSURE,
    "support with conditions": Tone.UNSURE,
    "accept residual risk": Tone.UNSURE,
}
_SIGNATURE = 12  # characters, enough to compare; the whole one is attached
_AWAITED = 4  # one slot in so many is kept for those awaited, however many have signed


def slots(
    given: Sequence[Document], awaited: Sequence[Document], room: Front, *, decided: bool
) -> tuple[tuple[SignOffSlot, ...], str | None]:
    """Return one slot for each person asked: who signed, then who has not; and what is cut.

    No second place is kept for whoever objects or abstains, and after the decision nobody is
    awaited any more.
    """
    signed = [signoff for signoff in given if verdicts.stands(signoff)]
    missing = [_empty(entry, decided=decided) for entry in unanswered(given, awaited)]
    standing = [_slot(signoff, room) for signoff in signed]
    standing.sort(key=lambda slot: slot.tone is not Tone.BAD)
    free = max(room.slots - len(standing), min(len(missing), room.slots // _AWAITED))
    kept = standing[: room.slots - min(free, len(missing))]
    shown = (kept + missing)[: room.slots]
    rest = len(standing) + len(missing) - len(shown)
    more = f"{wording.counted(rest, 'more sign-off')} in section 10." if rest else None
    return tuple(shown), more


def objections(signoffs: Sequence[Document], room: Front) -> tuple[Point, ...]:
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
        points.append(Point(kind=rest, text="on page 2.", tone=Tone.BAD))
    return tuple(points)


def conditions(decision: Document | None, room: Front) -> tuple[tuple[Condition, ...], str | None]:
    """Return the conditions, open ones first, and what there was no room for."""
    found = rungs.conditions(decision)
    rest = len(found) - room.conditions
    more = f"{wording.counted(rest, 'more condition')} in section 9."
    return tuple(
        _condition(one, room) for one in found[: room.conditions]
    ), more if rest > 0 else None


def table(signoffs: Sequence[Document]) -> Table:
    """Return every signature with its reasons, void and withdrawn ones too, said to be so."""
    return Table(
        title="Signatures",
        heads=(
            Head(title="Role", holds=Column.NAME, share=16),
            Head(title="Name", share=19),
            Head(title="Meaning and reasons", share=27),
            Head(title="Signed", share=14),
            Head(title="By, its key, and how the signature begins", holds=Column.CODE, share=24),
        ),
        rows=tuple(_row(one) for one in signoffs),
        empty="Nobody has signed.",
    )


def _slot(signoff: Document, room: Front) -> SignOffSlot:
    return SignOffSlot(
        role=wording.capital(signoff["role"]),
        name=wording.clipped(_name(signoff), room.name),
        meaning=wording.capital("objects" if signoff["meaning"] == "object" else signoff["meaning"])
        + _how(signoff),
        at=wording.moment(signoff["at"]),
        tone=_TONES.get(signoff["meaning"], Tone.GOOD),
        given=True,
    )


def decided_by(decided: Document) -> str:
    """Return who decided, where that was in somebody's place or in a dual role; else nothing."""
    how = _how(decided)
    return f", by {decided['by']['name']}{how}" if how else ""


def _how(signoff: Document) -> str:
    """Return in whose place, and in which declared dual role, a sign-off was given, if so."""
    words = ""
    if signoff.get("for"):
        place = signoff["for"]
        words += f", for {place['person']['name']}, delegated {wording.day(place['delegated_at'])}"
    if signoff.get("dual_role"):
        words += f" (dual role: also {signoff['dual_role']['also']})"
    return words


def _empty(entry: Document, *, decided: bool) -> SignOffSlot:
    word = "Asked" if decided else "Awaited"
    return SignOffSlot(
        role=wording.capital(entry["role"]),
        name="Did not sign" if decided else "Not yet signed",
        meaning=f"{word}: {entry['meaning']}",
        at="",
        tone=Tone.PLAIN if decided else Tone.UNSURE,
        given=False,
    )


def _name(signoff: Document) -> str:
    name, registration = signoff["person"]["name"], signoff.get("registration")
    return f"{name}, {registration}" if registration else str(name)


def _condition(one: Document, room: Front) -> Condition:
    still_open = one["state"] == "open"
    closed = f"closed {wording.day(one['closed_at'])}" if one.get("closed_at") else "closed"
    return Condition(
        number=f"C-{one['number']}",
        text=wording.clipped(rungs.condition(one), room.condition),
        when=one["when"],
        owner=wording.clipped(one["owner"]["name"], 30),
        due=wording.day(one["due"]) if one.get("due") else "—",
        state="open" if still_open else closed,
        open=still_open,
    )


def _row(signoff: Document) -> Row:
    remark, tone = "", Tone.PLAIN
    if signoff.get("withdrawn_at"):
        remark = f"withdrawn {wording.moment(signoff['withdrawn_at'])}"
    elif signoff.get("void"):
        remark = "void: given over an earlier dossier"
    if remark or signoff["meaning"] == "object":
        tone = Tone.BAD
    reasons = wording.sentence(signoff.get("reasons") or "")
    if signoff["meaning"] in AGAINST:
        reasons = "reasons above"
    method = SHORT.get(signoff["method"], signoff["method"])
    return Row(
        cells=(
            str(signoff["role"]),
            _name(signoff),
            Cell(
                text=f"{signoff['meaning']}{_how(signoff)}",
                under="; ".join(word for word in (remark, reasons) if word),
                tone=tone,
            ),
            wording.moment(signoff["at"]),
            f"{method} {signoff['key']} {str(signoff['signature'])[:_SIGNATURE]}…",
        )
    )
