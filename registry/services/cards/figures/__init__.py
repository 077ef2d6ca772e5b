"""Figures: evidence to the figures of a card; what they show is said by the domain."""

from registry.services.cards.figures.curves import calibration, roc
from registry.services.cards.figures.forests import ROWS, change, groups, sites
from registry.services.cards.figures.scores import scores, thresholds
from registry.services.cards.figures.subjects import Subject, subject
from registry.services.cards.figures.utility import cost, decision
from reports.content import Chart

__all__ = ["ROWS", "Subject", "change", "groups", "of_performance", "sites", "subject"]


def of_performance(about: Subject) -> tuple[Chart, ...]:
    """Return the figures of section 2, two of them beside each other."""
    return (
        roc(about),
        calibration(about),
        decision(about),
        cost(about),
        thresholds(about),
        scores(about),
    )
