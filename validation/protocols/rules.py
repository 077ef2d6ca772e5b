"""Rules: how an operating point is found on evidence instead of being given as a number.

A rule reads "sensitivity at least 0.90 in <evidence>" or "specificity at least 0.95 in
<evidence>". It is resolved once, before signing, among the exams that have a score; the number
and its origin are then part of the protocol.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

import numpy as np

from validation.errors import ProtocolError, UndefinedError
from validation.tallies import Cells

_RULE: Final = re.compile(
    r"(?P<metric>sensitivity|specificity)\s+at\s+least\s+(?P<bound>[0-9]*\.?[0-9]+)\s+in\s+"
    r"(?P<evidence>\S(?:.*\S)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Which rate must reach which bound, and on which evidence."""

    metric: Literal["sensitivity", "specificity"]
    bound: float
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What a rule came to: the threshold and how it was found."""

    threshold: float
    origin: str


def parse_rule(rule: str, *, at: str = "operating_point.rule") -> Rule:
    """Return what a rule says.

    Raises
    ------
    ProtocolError
        When it is not of the known form, or its bound is no rate above 0.
    """
    found = _RULE.fullmatch(rule.strip())
    if found is None:
        raise ProtocolError(
            f"“{rule}” is not a rule that can be resolved.",
            remedy='Write "sensitivity at least 0.90 in <evidence>", or the same for specificity.',
            at=at,
        )
    bound = float(found["bound"])
    if not 0 < bound <= 1:
        raise ProtocolError(
            f"{bound:g} is not a rate above 0 and up to 1.", remedy="Give one like 0.90.", at=at
        )
    metric = cast('Literal["sensitivity", "specificity"]', found["metric"].lower())
    return Rule(metric=metric, bound=bound, evidence=found["evidence"])


def resolve_threshold(
    rule: str,
    cells: Cells,
    *,
    positive_when: Literal[">=", ">"] = ">=",
    where: Mapping[str, int] | None = None,
) -> Resolution:
    """Return the threshold to which a rule leads on these cells.

    For sensitivity it is the highest threshold at which the sensitivity still reaches the bound,
    for specificity the lowest at which the specificity does: as good as the rule allows on the
    other side. Only thresholds that are scores of the table are considered, so that the answer
    does not depend on how one would interpolate.

    Parameters
    ----------
    rule : str
        As in the protocol.
    cells : Cells
        One finding and one partition of the evidence that the rule names.
    positive_when : {">=", ">"}
        Whether an exam at the threshold counts as positive.
    where : mapping of str to int, optional
        Take only the cells with these codes, such as ``{"site": 0}``.

    Raises
    ------
    UndefinedError
        When no labelled and scored exam of the class is there, or no score reaches the bound.
    """
    wanted = parse_rule(rule)
    chosen = (cells.label >= 0) & np.isfinite(cells.score)
    for name, code in (where or {}).items():
        chosen &= cells.codes[name] == code
    used = cells.where(chosen)
    of_class = used.label == (1 if wanted.metric == "sensitivity" else 0)
    counted = int(used.exams[of_class].sum())
    if counted == 0:
        word = "positive" if wanted.metric == "sensitivity" else "negative"
        message = f"no scored {word} exam from which to find a {wanted.metric}"
        raise UndefinedError(message)
    candidates = np.unique(used.score)
    place = np.searchsorted(candidates, used.score[of_class])
    at_score = np.bincount(place, weights=used.exams[of_class], minlength=candidates.size)
    # Exams of the class strictly below each candidate, and at or below it.
    at_or_below = np.cumsum(at_score)
    negative = at_or_below - at_score if positive_when == ">=" else at_or_below
    rate = (counted - negative if wanted.metric == "sensitivity" else negative) / counted
    # Counts are whole: the comparison is made on them, so that 9 of 10 reaches 0.9.
    reached = np.flatnonzero(rate >= wanted.bound - 1e-12)
    if reached.size == 0:
        message = f"no score of the table reaches a {wanted.metric} of {wanted.bound:g}"
        raise UndefinedError(message)
    index = int(reached[-1] if wanted.metric == "sensitivity" else reached[0])
    met = round(rate[index] * counted)
    side = "highest" if wanted.metric == "sensitivity" else "lowest"
    origin = (
        f"the {side} score of {wanted.evidence} with {wanted.metric} at least {wanted.bound:g} "
        f"among the scored: {met:,} of {counted:,} ({rate[index]:.3f})"
    )
    return Resolution(threshold=float(candidates[index]), origin=origin)
