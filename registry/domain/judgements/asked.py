"""Asked: everything policy asked of a dossier, each with its verdict, and who was trained."""

from dataclasses import dataclass

from registry.domain.judgements import wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import TONES, UNSURE

NOTHING = "Policy asked nothing of this dossier."


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One person who may sign, in which roles, and what they completed until when."""

    name: str
    roles: str
    completed: str


def lines(dossier: Document, *subjects: str) -> tuple[Line, ...]:
    """Return what policy asked, in its order: all of it, or of some subjects.

    Parameters
    ----------
    dossier : Document
    subjects : str
        How the ids of the requirements wanted begin, such as ``hazards.``; none is all.
    """
    return tuple(
        Line(
            label=wording.capital(one["status"]),
            text=_told(one),
            tone=TONES.get(one["status"], UNSURE),
        )
        for one in dossier["requirements"]
        if not subjects or one["id"].startswith(subjects)
    )


def _told(requirement: Document) -> str:
    """Return a requirement, why it is as it is, and for whom it waits."""
    words = [wording.sentence(requirement["text"])]
    if requirement.get("because"):
        words.append(wording.sentence(requirement["because"]))
    if requirement.get("waits_for"):
        words.append(f"Waits for: {requirement['waits_for']}.")
    return " ".join(words)


def training(dossier: Document) -> tuple[Trained, ...]:
    """Return the people whose training policy asks for, and what each has completed."""
    return tuple(
        Trained(
            name=one["person"]["name"],
            roles=wording.capital(wording.listed(list(one["roles"]))),
            completed=wording.sentence("; ".join(_done(done) for done in one["completed"]))
            or "NOTHING is recorded.",
        )
        for one in dossier.get("training", ())
    )


def _done(done: Document) -> str:
    until = f", valid until {wording.day(done['valid_until'])}" if done.get("valid_until") else ""
    return f"{done['topic']} on {wording.day(done['on'])}{until}"
