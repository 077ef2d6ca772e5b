"""Objections: who signed, who is awaited, and everybody who did not agree, in their own words."""

from collections.abc import Iterator, Sequence

from registry.domain.judgements import verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, PLAIN, UNSURE

NONE = "Nobody objected, and nobody abstained."
AGAINST = ("object", "abstain")


def lede(
    signoffs: Sequence[Document], awaited: Sequence[Document], decision: Document | None
) -> str:
    """Return whose sign-offs stand, and whose did not come."""
    standing = [one for one in signoffs if verdicts.stands(one)]
    for_it = [one for one in standing if one["meaning"] not in AGAINST]
    signed = [f"{_who(one)} ({one['meaning']})" for one in for_it]
    text = wording.sentence(f"Signed by {'; '.join(signed)}" if signed else "Nobody has signed")
    for meaning, word in (("object", "Against it"), ("abstain", "Abstaining")):
        named = [_who(one) for one in standing if one["meaning"] == meaning]
        if named:
            text += f" {word}: {'; '.join(named)}."
    missing = unanswered(signoffs, awaited)
    if missing:
        word = "Not signed, though asked" if decision is not None else "Awaited"
        roles = wording.listed([str(one["role"]) for one in missing])
        text += f" {word}: {roles}."
    return text


def unanswered(signoffs: Sequence[Document], awaited: Sequence[Document]) -> list[Document]:
    """Return the sign-offs awaited, less one for each objection or abstention in that role.

    Somebody who objects or abstains was asked in a role and has answered.
    """
    standing = [one for one in signoffs if verdicts.stands(one)]
    answered = [one["role"] for one in standing if one["meaning"] in AGAINST]
    found = []
    for entry in awaited:
        if entry["role"] in answered:
            answered.remove(entry["role"])
        else:
            found.append(entry)
    return found


def _who(signoff: Document) -> str:
    return f"{signoff['person']['name']}, {signoff['role']}"


def lines(signoffs: Sequence[Document]) -> tuple[Line, ...]:
    """Return objections and abstentions, also those withdrawn or void; that there is none."""
    found = tuple(_lines(signoffs))
    return found or (Line(label="None", text=NONE),)


def _lines(signoffs: Sequence[Document]) -> Iterator[Line]:
    for one in signoffs:
        if one["meaning"] not in AGAINST:
            continue
        word = "objects" if one["meaning"] == "object" else "abstains"
        label = f"{_who(one)}, {word}"
        text = wording.sentence(one.get("reasons") or "no reason given")
        text += f" {wording.moment(one['at'])}."
        tone = BAD if word == "objects" else UNSURE
        if one.get("withdrawn_at"):
            text, tone = f"{text} Withdrawn {wording.moment(one['withdrawn_at'])}.", PLAIN
        elif one.get("void"):
            text, tone = f"{text} Void: it was given over an earlier dossier.", PLAIN
        yield Line(label=label, text=text, tone=tone)
