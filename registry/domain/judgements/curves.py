"""Curves: what an ROC curve says of thresholds and of how the scores are spread."""

import itertools
from collections.abc import Sequence

from registry.domain.judgements.exhibits import Document

THINNED = 201  # points: a curve with as many was thinned, and is read to half a percent


def rates(roc: Sequence[Document], threshold: float) -> tuple[float, float]:
    """Return sensitivity and false alarms where exams are flagged from a score on.

    The point that speaks for a threshold is the one of the lowest score that is not below it.
    """
    above = [p for p in roc if p.get("threshold") is not None and p["threshold"] >= threshold]
    if not above:
        return 0.0, 0.0
    found = min(above, key=lambda p: float(p["threshold"]))
    return float(found["sensitivity"]), float(found["false_positive_rate"])


def spread(roc: Sequence[Document], edges: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Return the shares of both classes between neighbouring edges, with the finding first.

    What lies below the first edge counts into the first share, and above the last into the last.
    """
    inner = [rates(roc, edge) for edge in edges[1:-1]]
    ends = [(1.0, 1.0), *inner, (0.0, 0.0)]
    return tuple(
        (max(0.0, low[0] - high[0]), max(0.0, low[1] - high[1]))
        for low, high in itertools.pairwise(ends)
    )


def halves(roc: Sequence[Document]) -> tuple[float, float] | None:
    """Return the scores that half of those with and half of those without reach; None of none."""
    told = [p for p in roc if p.get("threshold") is not None]
    with_it = [float(p["threshold"]) for p in told if p["sensitivity"] >= 0.5]  # noqa: PLR2004 -- half
    without = [float(p["threshold"]) for p in told if p["false_positive_rate"] >= 0.5]  # noqa: PLR2004 -- half
    return (max(with_it), max(without)) if with_it and without else None
