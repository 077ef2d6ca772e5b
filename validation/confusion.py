"""Confusion: the four counts of a decision, and how far they vary."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """The four counts of a decision against the reference standard."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def positives(self) -> int:
        """Exams with the finding."""
        return self.tp + self.fn

    @property
    def negatives(self) -> int:
        """Exams without the finding."""
        return self.fp + self.tn

    @property
    def flagged(self) -> int:
        """Exams that the decision flags."""
        return self.tp + self.fp

    @property
    def total(self) -> int:
        """All exams."""
        return self.positives + self.negatives
