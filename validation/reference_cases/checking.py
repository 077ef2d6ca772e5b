"""Checking: what was got beside what was expected, one finding for each reference case."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import rfc8785

from validation.reference_cases.figures import Figure

# RFC 8785, section 3.2.3 and 3.2.4: the sample document, and its bytes as printed there.
RFC_8785_SAMPLE: Final[dict[str, Any]] = {
    "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": '\u20ac$\u000f\nA\'B"\\\\"/',
    "literals": [None, True, False],
}
RFC_8785_BYTES: Final = bytes.fromhex(
    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a5b3333"
    "333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d32375d2c22737472"
    "696e67223a22e282ac245c75303030665c6e412742"
    "5c225c5c5c5c5c222f227d"
)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One reference case as it came out on this machine.

    `got` is None where there is no such figure; `tolerance` is None where nothing but equality
    will do.
    """

    id: str
    what: str
    source: str
    expected: float | str
    got: float | str | None
    tolerance: float | None
    passed: bool


def check(figure: Figure, assessment: Mapping[str, Any]) -> Checked:
    """Return whether an assessment's document has a figure where it should, within tolerance."""
    got = found(figure, assessment)
    return Checked(
        id=figure.id,
        what=figure.what,
        source=figure.source,
        expected=figure.expected,
        got=got,
        tolerance=figure.tolerance,
        passed=got is not None
        and math.isfinite(got)
        and abs(got - figure.expected) <= figure.tolerance,
    )


def found(figure: Figure, assessment: Mapping[str, Any]) -> float | None:
    """Return the number that a figure speaks of; None where the document has none there."""
    entries: Iterable[Any] = assessment.get(figure.section, ())
    for entry in entries:
        if all(entry.get(name) == value for name, value in figure.where.items()):
            place: Any = entry
            for key in figure.path:
                place = place.get(key) if isinstance(place, Mapping) else None
            return float(place) if isinstance(place, int | float) else None
    return None


def same(id: str, what: str, source: str, *, expected: str, got: str) -> Checked:  # noqa: A002 -- the word of the field
    """Return whether two texts are the same."""
    return Checked(
        id=id,
        what=what,
        source=source,
        expected=expected,
        got=got,
        tolerance=None,
        passed=got == expected,
    )


def canonical_json() -> Checked:
    """Return whether canonical JSON comes out as its standard prints it."""
    return same(
        "canonical JSON",
        "the bytes that are hashed and signed",
        "RFC 8785, section 3.2.4",
        expected=hashlib.sha256(RFC_8785_BYTES).hexdigest(),
        got=hashlib.sha256(rfc8785.dumps(RFC_8785_SAMPLE)).hexdigest(),
    )
