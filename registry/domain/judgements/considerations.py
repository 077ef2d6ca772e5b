"""Considerations: the thirteen, each with what is said, what was computed, and what policy asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.judgements import computed, criteria, exhibits, records, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Computed, Section
from registry.domain.judgements.verdicts import MET, PLAIN, TONES, UNSURE
from registry.domain.statements import consideration

STATED, CARRIED, STALE = "Stated", "Carried over, not confirmed", "Stale"
ASKED, NOT_ASKED = "Policy asks for it.", "Policy does not ask for it."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How one of the thirteen is answered.

    Attributes
    ----------
    number, title : int, str
    state : str
        Stated, not available, MISSING, carried over, or stale.
    tone : str
        That of the state: what is missing is bad, whether or not policy asks for it.
    text : str
        What people say, or the reason why nothing is.
    by : str
        Who said it and when; empty where nobody did.
    policy : str
        Whether policy asks for it at this tier, and why that is not met, if it is not.
    asked : bool
        Whether it does.
    computed : tuple of Computed
        What was computed from tables about it, and where on the card its numbers stand.
    """

    number: int
    title: str
    state: str
    tone: str
    text: str
    by: str
    policy: str
    asked: bool
    computed: tuple[Computed, ...]


def answers(dossier: Document, decision: Document | None = None) -> tuple[Answer, ...]:
    """Return how each of the thirteen is answered, in their order."""
    asked = {one["id"]: one for one in dossier["requirements"]}
    found = []
    for entry in dossier["statements"]:
        number = int(entry["consideration"])
        requirement = asked.get(f"statement.{number}")
        state, text, tone = _said(entry, requirement)
        found.append(
            Answer(
                number=number,
                title=entry["title"],
                state=state,
                tone=tone,
                text=text,
                by=_by(dossier, entry),
                policy=_policy(requirement),
                asked=requirement is not None,
                computed=(
                    *_judged(dossier, number),
                    *computed.about(number, dossier, decision),
                ),
            )
        )
    return tuple(found)


def lede(dossier: Document) -> str:
    """Return how many are answered, and by name those that are not: never a tally alone."""
    found = answers(dossier)
    if all(one.state == records.MISSING for one in found):
        return "MISSING: nothing has been said about any of the thirteen."
    named = [
        f"{word}: {wording.listed([f'{one.number} {one.title}' for one in some])}"
        for word, some in (
            ("Missing though policy asks", _in_state(found, records.MISSING, asked=True)),
            ("Missing, and not asked for", _in_state(found, records.MISSING, asked=False)),
            ("Not available", _in_state(found, records.NOT_AVAILABLE)),
            ("Not confirmed for this version", _in_state(found, CARRIED)),
            ("Too old for the policy", _in_state(found, STALE)),
        )
        if some
    ]
    text = "What people say about each and whether policy asks for it at this tier; beside it what "
    text += "was computed from the tables of this dossier."
    finding = exhibits.finding(dossier)
    if finding is not None:
        named.append(f"Where no other is named, figures are those of the finding {finding}")
    return " ".join([text, *(wording.sentence(one) for one in named)])


def _in_state(found: Sequence[Answer], state: str, *, asked: bool | None = None) -> list[Answer]:
    return [one for one in found if one.state == state and asked in {None, one.asked}]


def _said(entry: Document, requirement: Document | None) -> tuple[str, str, str]:
    """Return the state, the text and the tone of what people say."""
    state, text, tone = records.consideration(entry)
    if state == records.MISSING:
        return state, text, tone
    if entry.get("carried_from") is not None:
        return CARRIED, text, UNSURE
    if state != records.STATED:
        return state, text, tone
    if requirement is not None and requirement["status"] != MET:
        return STALE, text, UNSURE
    return STATED, text, PLAIN


def _by(dossier: Document, entry: Document) -> str:
    """Return who said it, when, and which evidence they cite."""
    if entry.get("author") is None:
        return ""
    words = f"{entry['author']['name']}, {wording.day(entry['at'])}"
    numbers = [exhibits.number(dossier, str(key)) for key in entry.get("evidence") or ()]
    here = sorted(number for number in numbers if number is not None)
    if here:
        words += f"; cites evidence {wording.listed([str(number) for number in here])}"
    if None in numbers:
        words += "; cites evidence that this dossier does not hold"
    return words


def _policy(requirement: Document | None) -> str:
    if requirement is None:
        return NOT_ASKED
    if requirement["status"] == MET:
        return ASKED
    because = wording.sentence(requirement.get("because") or "")
    return f"{ASKED} {wording.capital(requirement['status'])}: {because}".strip()


def _judged(dossier: Document, number: int) -> list[Computed]:
    """Return the criteria that a protocol assigns to a consideration."""
    return [
        Computed(text=text, section=Section.PROTOCOL, tone=TONES.get(verdict, UNSURE))
        for text, verdict in criteria.whole(dossier, consideration(number).slug)
    ]
