"""Odds: at what risk treating is as good as not treating, which prices net benefit.

The *score threshold* says from which score on exams are flagged. The *threshold probability* says
how many unnecessary treatments one case found is worth. They are one number only where scores are
calibrated probabilities and the threshold was chosen for that worth, so that a protocol may state
the second apart from the first.
"""

from collections.abc import Iterable
from typing import Final

from validation.errors import UndefinedError
from validation.protocols.shape import Costs, Finding, OperatingPoint, ScoreKind

KEY: Final = "[operating_point] threshold_probability"


def threshold_probability(finding: Finding, kind: ScoreKind) -> float:
    """Return the threshold probability whose odds price net benefit, strictly between 0 and 1.

    It is the protocol's own; else, where scores are probabilities, the score threshold. The costs
    of errors imply one, too, which is named in the reason where there is none, and never taken
    unasked.

    Raises
    ------
    UndefinedError
        When there is none.

    References
    ----------
    Vickers AJ, Elkin EB. Decision curve analysis: a novel method for evaluating prediction
    models. Med Decis Making 2006;26(6):565-574. doi:10.1177/0272989X06295361
    """
    point = finding.operating_point
    stated = point.threshold_probability
    reason = _why_none(point, kind)
    if reason is not None:
        raise UndefinedError(f"{reason}: state {KEY}{_of_costs(finding.costs)}")
    found = point.threshold if stated is None else stated
    if found is None:
        msg = "the protocol declares no operating point"
        raise UndefinedError(msg)
    return found


def why_none_of(points: Iterable[OperatingPoint], kind: ScoreKind) -> str | None:
    """Return why one of some operating points can price no net benefit; None where all can."""
    reasons = (_why_none(point, kind) for point in points)
    found = next((reason for reason in reasons if reason is not None), None)
    return None if found is None else f"net benefit is priced by odds; {found}."


def _why_none(point: OperatingPoint, kind: ScoreKind) -> str | None:
    """Return why an operating point has no odds; a threshold still to be found may have some."""
    if point.threshold_probability is not None:
        return None
    if kind is ScoreKind.RANK:
        return "scores are ranks, so that the threshold has no odds"
    if point.threshold is not None and not 0 < point.threshold < 1:
        return (
            f"the threshold {point.threshold:g} is not a probability between 0 and 1 and has no "
            "odds"
        )
    return None


def source_of_odds(point: OperatingPoint) -> str:
    """Return in words where the odds come from, for whoever reads a net benefit."""
    if point.threshold_probability is None:
        return "odds taken from the score threshold"
    return f"odds of the stated threshold probability {point.threshold_probability:g}"


def balance(costs: Costs) -> float:
    """Return the threshold probability that costs imply: where a miss and an alarm cost alike.

    Its odds are the cost of a false alarm over that of a miss, each less that of the right
    decision.
    """
    miss = costs.false_negative - costs.true_positive
    alarm = costs.false_positive - costs.true_negative
    return alarm / (alarm + miss)


def _of_costs(costs: Costs | None) -> str:
    """Return what the costs would imply, where they have one price for a miss."""
    if costs is None or costs.by_severity:
        return ""
    return f" (the stated costs would imply {balance(costs):.3g}; it is not taken unasked)"
