"""Cases: how a safety case stands, what is against it, and what the records say of its claims.

A case is read beside the dossier that it was written over. What it says of hazards, criteria and
incidents comes from the judgements that a card prints, so that the two cannot differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.domain.hazards import exceeds
from registry.domain.judgements import criteria, records, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.hazards import NOT_ACCEPTED, Hazard
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, MET, PLAIN, TONES, UNSURE, Block
from registry.domain.safety_cases import CaseState, lacks, open_points

NOT_SIGNED: Final = "Nobody has signed it: it approves nothing."


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a claim points to: what that says by itself, and how it stands towards the claim."""

    kind: str
    text: str
    why: str
    tone: str


def view(case: Document, dossier: Document) -> dict[str, Any]:
    """Return the dossier with hazards, incidents and failures as the case froze them."""
    parts = case["generated"]
    safety = {key: parts["tests"][key] for key in ("incidents", "failure_reviews")}
    return {**dossier, **safety, "hazards": parts["hazards"]}


def status(
    case: Document, state: CaseState, signed: Document | None, *, stale: bool = False
) -> str:
    """Return the small line over a case: what it is, since when, and by whom."""
    written = f"written {wording.moment(case['written']['at'])} by {case['written']['by']['name']}"
    if signed is None:
        words = "draft" if state is CaseState.DRAFT else "draft, superseded by a later one"
        return f"{wording.capital(words)} · {written} · not signed"
    word = f"{state.value}, STALE" if stale else state.value
    by = f"signed {wording.moment(signed['at'])} by {signed['by']['name']}"
    return f"{wording.capital(word)} · {written} · {by}"


def against(
    case: Document, state: CaseState, stale: Sequence[str], *, signed: bool
) -> Iterator[Line]:
    """Yield what stands against relying on a case, the gravest first; nothing is left unsaid.

    Parameters
    ----------
    case : Document
    state : CaseState
    stale : sequence of str
        What the records have left behind, in words.
    signed : bool
    """
    if state is CaseState.SUPERSEDED:
        yield Line(label="Superseded", text="A later case about the same thing holds.", tone=BAD)
    for words in stale:
        text = f"Since this case was written changed: {words}."
        yield Line(label="Stale", text=text, tone=BAD)
    ended = case["generated"]["standing"]
    if ended is not None:
        text = f"{wording.capital(ended['state'])} since {wording.day(ended['since'])}: "
        yield Line(label="Version", text=text + wording.sentence(ended["reason"]), tone=BAD)
    if not signed:
        for words in lacks(case):
            yield Line(label="Lacking", text=words, tone=BAD)
    for words in open_points(case):
        yield Line(label="Open", text=words, tone=UNSURE)
    for one in case["generated"]["tests"]["conditions"]:
        if one["state"] == "open":
            text = f"Condition {one['number']}, {one['when']}: {wording.sentence(one['text'])}"
            yield Line(label="Open", text=text, tone=UNSURE)


def shown(dossier: Document, link: Document) -> Shown:
    """Return what a claim's link leads to: what the records say there, and what its author says.

    Parameters
    ----------
    dossier : Document
        As `view` returns it.
    link : Document
        Of a claim.
    """
    name = next(one for one in _FOLLOWED if link.get(one) is not None)
    kind, text, tone = _FOLLOWED[name](dossier, link)
    why = wording.sentence(link.get("why") or "")
    return Shown(kind=kind, text=text, why=why, tone=tone)


def _hazard(dossier: Document, link: Document) -> tuple[str, str, str]:
    part = dossier["hazards"]
    one = next(one for one in part["hazards"] if one["number"] == link["hazard"])
    high = exceeds(one["rating"], part["plan"]["acceptable_rating"])
    rating = "not rated" if one["rating"] is None else f"counts as {one['rating']}"
    because = f", since {one['because']}" if one["because"] else ""
    limit = f"; above {part['plan']['acceptable_rating']}, which is acceptable" if high else ""
    text = f"{one['name']}: {rating}{because}{limit}; {one['status']}"
    return f"Hazard {one['number']}", wording.sentence(text), BAD if high else PLAIN


def _evidence(dossier: Document, link: Document) -> tuple[str, str, str]:
    one = next(one for one in dossier["evidence"] if one["number"] == link["evidence"])
    if link.get("criterion") is None:
        text = records.tested_on(dossier, one)
        return f"Evidence {one['number']}", text, PLAIN if one["counts"] else BAD
    entries = [
        entry
        for entry in dossier["criteria"]
        if (entry["evidence"], entry["id"]) == (one["id"], link["criterion"])
    ]
    here = [entry for entry in entries if entry["in_scope"]] or entries
    verdict = criteria.verdict_of(here)
    text = f"{wording.name_of(str(link['criterion']))}: {verdict}"
    if here is entries and not any(entry["in_scope"] for entry in entries):
        text += ", outside the scope"
    if not one["counts"]:
        text += f"; the evidence does not count: {(one['because'] or '').rstrip('.')}"
    kind = f"Criterion, evidence {one['number']}"
    return kind, wording.sentence(text), TONES.get(verdict, UNSURE) if one["counts"] else BAD


def _statement(dossier: Document, link: Document) -> tuple[str, str, str]:
    one = next(s for s in dossier["statements"] if s["consideration"] == link["statement"])
    state, text, tone = records.consideration(one)
    said = " ".join(part for part in (wording.sentence(state), text) if part)
    return f"Consideration {link['statement']}, {wording.inside(one['title'])}", said, tone


def _document(_dossier: Document, link: Document) -> tuple[str, str, str]:
    return "Document", f"Kept under {wording.short(str(link['document']))}.", PLAIN


_FOLLOWED: Final = {
    "hazard": _hazard,
    "evidence": _evidence,
    "statement": _statement,
    "document": _document,
}


def not_acceptable(dossier: Document) -> tuple[Line, ...]:
    """Return each hazard that counts as more than the plan accepts, and why it is not reduced."""
    part = dossier["hazards"]
    if part is None:
        return ()
    limit = part["plan"]["acceptable_rating"]
    return tuple(
        Line(
            label=f"Hazard {one['number']}",
            text=f"{one['name']}: "
            + ("not rated" if one["rating"] is None else f"rated {one['rating']}")
            + f", above {limit}"
            + (f"; {one['because']}." if one["because"] else ".")
            + (
                f" Why it is not reduced further: {wording.sentence(one['justification'])}"
                if one.get("justification")
                else ""
            ),
            tone=BAD,
        )
        for one in sorted(part["hazards"], key=lambda one: -(one["rating"] or 9))
        if exceeds(one["rating"], limit)
    )


def purpose(case: Document, dossier: Document) -> str:
    """Return for what use a case is made: the scope of the review, or the rung at the hospital."""
    if case["site"] is None:
        return wording.capital(verdicts.permission(dossier))
    rung = case["generated"]["site"]["dossier"]["plan"]["rung"]
    return f"{wording.capital(verdicts.RUNGS.get(rung, rung))} at {case['site']}"


def rests_on(case: Document) -> str:
    """Return on which frozen documents a case rests."""
    parts = case["generated"]
    dossier, hazards = parts["system"]["dossier"], parts["hazards"]
    log = None if hazards is None else hazards["log"]
    words = [f"dossier {dossier['number']}, {wording.short(dossier['digest'])}"]
    words.append("NO APPROVED HAZARD LOG" if log is None else f"hazard log issue {log['number']}")
    if "site" in parts:
        words.append(f"site dossier {parts['site']['dossier']['number']}")
        release = parts["release_case"]
        words.append(
            "NO SIGNED CASE OF THE RELEASE"
            if release is None
            else f"safety case {release['number']} of the release"
        )
    return wording.sentence("; ".join(words))


def handed(one: Hazard) -> Line:
    """Return a hazard that was handed over: to whom, on what terms, and whether they accepted."""
    left = NOT_ACCEPTED in one.handed
    return Line(
        label=f"Hazard {one.number}",
        text=f"{one.name}. {one.handed}",
        tone=BAD if left else PLAIN,
    )


def blocked(block: Block) -> Line:
    """Return what blocks, or stands open, as a line."""
    return Line(
        label=wording.capital(block.kind), text=block.text, tone=TONES.get(block.kind, UNSURE)
    )


def tested(dossier: Document) -> str:
    """Return which criteria in scope are not met, in the verdicts' own words."""
    found = list(criteria.whole(dossier))
    left = [text.rstrip(".") for text, verdict in found if verdict != MET]
    if not found:
        return criteria.NONE
    if not left:
        return "Every criterion in scope is met on the evidence that counts."
    return f"{'; '.join(left)}."


def silent(results: Document | None) -> tuple[Line, ...]:
    """Return what a hospital's silent run came to; nothing where there was none."""
    if results is None:
        return ()
    counted = f"{wording.counted(results['exams'], 'exam')} in "
    counted += f"{wording.counted(results['days'], 'day')}, {results['positives']:,} positive, "
    counted += f"{results['unscored']:,} unscored."
    if results["fulfilled"]:
        return (Line(label="Fulfilled", text=f"It fulfilled its plan: {counted}", tone=GOOD),)
    lacking = " ".join(wording.sentence(one) for one in results["lacking"])
    return (Line(label="Not fulfilled", text=f"{counted} {lacking}", tone=UNSURE),)


def constraints(case: Document) -> tuple[Line, ...]:
    """Return the conditions and waivers of the decision: under what the version may be used."""
    tests = case["generated"]["tests"]
    lines = [
        Line(
            label=f"Condition {one['number']}",
            text=f"{wording.sentence(one['text'])} {wording.capital(one['when'])}; due "
            f"{wording.day(one['due'])} at {one['site']}; {one['state']}. If not: "
            f"{wording.sentence(one['consequence'])}",
            tone=GOOD if one["state"] == "closed" else UNSURE,
        )
        for one in tests["conditions"]
    ]
    lines += [Line(label="Waiver", text=text, tone=UNSURE) for text in tests["waivers"]]
    return tuple(lines)


def asked(requirements: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """Return what a policy asks and what is not met of it, each with the dossier's own word."""
    return tuple(
        Line(
            label=wording.capital(one["status"]),
            text=" ".join(wording.sentence(one[key]) for key in ("text", "because") if one[key])
            + (f" Waits for: {one['waits_for']}." if one["waits_for"] else ""),
            tone=TONES.get(one["status"], UNSURE),
        )
        for one in requirements
    )
