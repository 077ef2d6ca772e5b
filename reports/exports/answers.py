"""Answers: what a record says to a question that rests on several topics, and what is lacking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from reports.exports.record import Place, Record
from reports.exports.topics import SECTION, Topic

NOT_PRINTED: Final = "not on the card"
Share = Literal["all", "some", "none"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One topic of a question, with what is said on it and the section of the card about it."""

    topic: Topic
    place: Place

    @property
    def section(self) -> int | None:
        """The section of the card that prints it; None where none does."""
        return SECTION.get(self.topic)

    def document(self) -> dict[str, Any]:
        """Return the part as JSON."""
        absent = self.place.text is None
        return {
            "topic": self.topic.value,
            "text": self.place.text,
            "not_available": self.place.reason if absent else None,
            "pointers": list(self.place.pointers),
            "card_section": self.section,
        }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The parts of an answer in the order of the topics."""

    parts: tuple[Part, ...]

    @property
    def printed(self) -> str:
        """Where the card prints what is said: ``section 1, 7``, or that it does not."""
        sections = {part.section for part in self.parts if part.place.text is not None}
        known = sorted(one for one in sections if one is not None)
        return f"section {', '.join(map(str, known))}" if known else NOT_PRINTED

    @property
    def share(self) -> Share:
        """On how much of it something is said: on every topic, on some, on none."""
        said = [part.place.text is not None for part in self.parts]
        if said and all(said):
            return "all"
        return "some" if any(said) else "none"

    @property
    def value(self) -> str | None:
        """What is said, topic by topic with what is not; None where nothing is."""
        if self.share == "none":
            return None
        if len(self.parts) == 1:
            return self.parts[0].place.text
        return " ".join(
            f"{part.topic.value.capitalize()}: {_stopped(part.place.words)}" for part in self.parts
        )

    @property
    def reason(self) -> str | None:
        """Why nothing is said; None where something is."""
        if self.share != "none":
            return None
        reasons = dict.fromkeys(part.place.reason for part in self.parts)
        if len(reasons) == 1:
            return next(iter(reasons))
        return "; ".join(f"{part.topic.value}, {part.place.reason}" for part in self.parts)


def answer(record: Record, topics: Sequence[Topic]) -> Answer:
    """Return what a record says on some topics."""
    return Answer(parts=tuple(Part(topic=topic, place=record.places[topic]) for topic in topics))


def _stopped(text: str) -> str:
    return text if text[-1:] in ".!?…" else f"{text}."
