"""Matrix: the declared table that turns a severity and a likelihood into a rating from 1 to 5.

The rating is looked up and never multiplied. The table that ships is the example of the guidance
to DCB0129; a plan may declare another, as long as it is whole and never falls where harm grows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from registry.domain.errors import BadInputError

SIZE: Final = 5
RATINGS: Final = (1, 2, 3, 4, 5)


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of a scale and what it means."""

    word: str
    means: str


SEVERITIES: Final = (
    Word(word="minor", means="One patient: a passing injury or upset, no lasting effect."),
    Word(
        word="significant",
        means="One patient: a passing injury that needs care, or lasting but slight harm; or "
        "several patients with minor harm.",
    ),
    Word(
        word="considerable",
        means="One patient: severe injury from which recovery is expected; or several patients "
        "with significant harm.",
    ),
    Word(
        word="major",
        means="One patient: death, or lasting incapacity; or several patients with considerable "
        "harm.",
    ),
    Word(word="catastrophic", means="Several patients: death or lasting incapacity."),
)

LIKELIHOODS: Final = (
    Word(word="very low", means="Negligible: hardly to be expected in the life of the model."),
    Word(word="low", means="It could happen, most likely it never will."),
    Word(word="medium", means="It may well happen now and then."),
    Word(word="high", means="It will probably happen, not seldom."),
    Word(word="very high", means="It will happen often."),
)

# One line per likelihood, from very low to very high; in it the severities, from the mildest.
TABLE: Final = (
    (1, 1, 2, 2, 3),
    (1, 2, 2, 3, 4),
    (2, 2, 3, 3, 4),
    (2, 3, 3, 4, 5),
    (3, 4, 4, 5, 5),
)

ACCEPTABILITY: Final = (
    "Acceptable; no further action is needed.",
    "Acceptable where reducing it further costs more than it gives, or is impractical.",
    "Undesirable; only where reducing it further is impractical.",
    "Unacceptable; it must be controlled.",
    "Unacceptable; it must be eliminated or controlled.",
)


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """A declared matrix: two scales of five words, the table, and what each rating means.

    Attributes
    ----------
    severities, likelihoods : tuple of Word
        Each from the mildest and the rarest.
    ratings : tuple of tuple of int
        Shape (5, 5): a line per likelihood, in it a rating per severity.
    acceptability : tuple of str
        What ratings 1 to 5 mean.
    """

    severities: tuple[Word, ...] = SEVERITIES
    likelihoods: tuple[Word, ...] = LIKELIHOODS
    ratings: tuple[tuple[int, ...], ...] = TABLE
    acceptability: tuple[str, ...] = ACCEPTABILITY

    @classmethod
    def read(cls, document: Mapping[str, Any], *, field: str = "matrix") -> "Matrix":
        """Return the matrix that a document declares; what it leaves out is as shipped.

        Raises
        ------
        BadInputError
            When a scale has not five different words, the table has a hole, a rating outside 1 to
            5, or falls where severity or likelihood grows: names the place.
        """
        shipped = cls()
        made = cls(
            severities=_words(document.get("severities"), shipped.severities, field, "severities"),
            likelihoods=_words(
                document.get("likelihoods"), shipped.likelihoods, field, "likelihoods"
            ),
            ratings=tuple(
                tuple(int(cell) for cell in line) for line in document.get("ratings") or TABLE
            ),
            acceptability=tuple(document.get("acceptability") or ACCEPTABILITY),
        )
        _require_whole(made, field)
        _require_rising(made, field)
        return made

    def document(self) -> dict[str, Any]:
        """Return the matrix as JSON."""
        return {
            "severities": [{"word": one.word, "means": one.means} for one in self.severities],
            "likelihoods": [{"word": one.word, "means": one.means} for one in self.likelihoods],
            "ratings": [list(line) for line in self.ratings],
            "acceptability": list(self.acceptability),
        }

    def knows(self, risk: Mapping[str, Any]) -> bool:
        """Tell whether both words of a risk stand on this matrix."""
        return risk["severity"] in _plain(self.severities) and risk["likelihood"] in _plain(
            self.likelihoods
        )

    def rate(self, risk: Mapping[str, Any], *, field: str = "risk") -> int:
        """Return the rating of ``{"severity", "likelihood"}``, from 1 to 5.

        Raises
        ------
        BadInputError
            When a word does not stand on the matrix: names the nearest.
        """
        column = _place(risk["severity"], self.severities, f"{field}.severity")
        line = _place(risk["likelihood"], self.likelihoods, f"{field}.likelihood")
        return self.ratings[line][column]


def _words(
    given: Sequence[Mapping[str, str]] | None, shipped: tuple[Word, ...], field: str, scale: str
) -> tuple[Word, ...]:
    """Return a scale of five different words.

    Raises
    ------
    BadInputError
        When there are more, fewer, or one twice.
    """
    if given is None:
        return shipped
    words = tuple(Word(word=one["word"].strip(), means=one["means"].strip()) for one in given)
    if len(words) != SIZE or len(set(_plain(words))) != SIZE:
        raise BadInputError("write five different words.", field=f"{field}.{scale}")
    if not all(one.word and one.means for one in words):
        raise BadInputError("say of each word what it means.", field=f"{field}.{scale}")
    return words


def _plain(words: Sequence[Word]) -> list[str]:
    """Return the bare words of a scale."""
    return [one.word for one in words]


def _place(word: str, words: Sequence[Word], field: str) -> int:
    """Return where a word stands on its scale."""
    plain = _plain(words)
    if word not in plain:
        raise BadInputError(
            f"“{word[:40]}” does not stand on the plan's matrix, which has: {', '.join(plain)}.",
            field=field,
        )
    return plain.index(word)


def _require_whole(matrix: Matrix, field: str) -> None:
    """Refuse a table with a hole or with a rating that is none."""
    if len(matrix.ratings) != SIZE or any(len(line) != SIZE for line in matrix.ratings):
        raise BadInputError(
            "write five lines of five ratings: a line per likelihood from the rarest, in it a "
            "rating per severity from the mildest.",
            field=f"{field}.ratings",
        )
    for number, line in enumerate(matrix.ratings, start=1):
        if not set(line) <= set(RATINGS):
            raise BadInputError(
                "a rating is a whole number from 1 to 5.", field=f"{field}.ratings.{number}"
            )
    if len(matrix.acceptability) != SIZE or not all(one.strip() for one in matrix.acceptability):
        raise BadInputError(
            "say in five sentences what the ratings 1 to 5 mean.", field=f"{field}.acceptability"
        )


def _require_rising(matrix: Matrix, field: str) -> None:
    """Refuse a table in which more harm, or a likelier one, is rated lower."""
    for number, line in enumerate(matrix.ratings, start=1):
        if list(line) != sorted(line):
            raise BadInputError(
                f"with “{matrix.likelihoods[number - 1].word}” a graver harm is rated lower than "
                "a milder one.",
                field=f"{field}.ratings.{number}",
            )
    for place in range(SIZE):
        column = [line[place] for line in matrix.ratings]
        if column != sorted(column):
            raise BadInputError(
                f"a likelier “{matrix.severities[place].word}” harm is rated lower than a rarer "
                "one.",
                field=f"{field}.ratings",
            )
