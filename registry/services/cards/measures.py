"""Measures: an assessment's estimates as a card's numbers."""

from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.workload import Amount
from reports.content import Measure, Unit


def measure(estimate: Document, unit: Unit) -> Measure:
    """Return an estimate as a measure; an undefined one keeps its reason."""
    return Measure(
        value=estimate.get("value"),
        low=estimate.get("low"),
        high=estimate.get("high"),
        unit=unit,
        undefined=estimate.get("undefined"),
    )


def amount(given: Amount) -> Measure:
    """Return a number per 1,000 exams as a measure."""
    return Measure(
        value=given.value,
        low=given.low,
        high=given.high,
        unit=Unit.PER_THOUSAND,
        undefined=given.undefined,
    )
