"""Edges: the thresholds at which a protocol will look, so that they must begin a score cell."""

import math

from validation.protocols.shape import Comparator, Finding, Protocol, ScoreKind

# Where decision and cost curves are always tabulated.
CURVE = tuple(round(step / 50, 2) for step in range(1, 50))  # 0.02, 0.04 … 0.98


def curve_thresholds(protocol: Protocol) -> tuple[float, ...]:
    """Return where curves are tabulated, ascending: the usual places and the protocol's own."""
    usual = CURVE if protocol.score_kind is ScoreKind.PROBABILITY else ()
    return tuple(sorted({*usual, *protocol.thresholds}))


def score_edges(protocol: Protocol, finding: Finding) -> tuple[float, ...]:
    """Return the registered edges of the model's own score, ascending, each once."""
    point = finding.operating_point
    wanted = [*curve_thresholds(protocol)]
    wanted += [] if point.threshold is None else [point.threshold]
    return tuple(sorted({edge(t, point.positive_when) for t in wanted}))


def comparator_edges(comparator: Comparator, finding: Finding) -> tuple[float, ...]:
    """Return the registered edges of a comparator's score."""
    if comparator.threshold is None:
        return ()
    return (edge(comparator.threshold, finding.operating_point.positive_when),)


def edge(threshold: float, positive_when: str) -> float:
    """Return from which number on, itself included, a score is flagged."""
    return threshold if positive_when == ">=" else math.nextafter(threshold, math.inf)
