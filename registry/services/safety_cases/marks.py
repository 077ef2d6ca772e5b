"""Marks: judged lines and written texts as the blocks of a report; and from where each comes."""

from collections.abc import Iterable

from registry.domain.judgements import wording
from registry.domain.judgements.lines import Line
from registry.services.safety_cases.documents import CaseDocuments
from reports.content import Fact, Facts, Paragraphs, Point, Points, Tone

NOTHING_WRITTEN = "NOTHING WRITTEN: whoever wrote this case left it empty."


def point(line: Line) -> Point:
    """Return a judged line as a point of a list."""
    return Point(kind=line.label, text=line.text, tone=Tone(line.tone))


def points(title: str, lines: Iterable[Line], *, empty: str) -> Points | Paragraphs:
    """Return judged lines under a title, or the sentence that there is none."""
    found = tuple(point(line) for line in lines)
    if not found:
        return Paragraphs(title=title, paragraphs=(empty,))
    return Points(title=title, points=found)


def facts(title: str, pairs: Iterable[tuple[str, str]]) -> Facts:
    """Return labelled texts under a title."""
    return Facts(title=title, facts=tuple(Fact(label=label, value=text) for label, text in pairs))


def paragraphs(text: str) -> tuple[str, ...]:
    """Return a text that somebody wrote, paragraph by paragraph."""
    return tuple(" ".join(part.split()) for part in text.split("\n\n") if part.strip())


def written(documents: CaseDocuments, title: str, text: str | None) -> Paragraphs:
    """Return what somebody wrote, under a title that says who; loudly, where nobody did."""
    by = documents.case["written"]["by"]["name"]
    found = paragraphs(text or "")
    return Paragraphs(title=f"{title} (written by {by})", paragraphs=found or (NOTHING_WRITTEN,))


def from_records(documents: CaseDocuments) -> str:
    """Return the line that says that a section follows from the records."""
    at = wording.moment(documents.case["written"]["at"])
    return f"Follows from the records as of {at}."


def from_people(documents: CaseDocuments) -> str:
    """Return the line that says who wrote a section."""
    return f"Written by {documents.case['written']['by']['name']}."


def from_both(documents: CaseDocuments) -> str:
    """Return the line of a section that holds both, each under its own title."""
    return f"{from_records(documents)} What was written says by whom."
