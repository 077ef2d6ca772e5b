"""Thresholds: what would happen at other thresholds than the one in the protocol."""

from registry.domain.judgements.exhibits import Document, Exhibit
from registry.domain.judgements.workload import THOUSAND
from reports.content import Measure, ThresholdRow, Unit
from validation.intervals import wilson

_USUAL = (0.1, 0.25, 0.5, 0.75, 0.9)  # where the protocol names none
_UNDEFINED = "nobody is on that side"


def threshold_rows(
    exhibit: Exhibit,
    curves: Document | None,
    protocol: Document,
    prevalence: float | None,
) -> tuple[ThresholdRow, ...]:
    """Return the rows at the protocol's thresholds and at its operating point.

    An exam is flagged when its score is at or above the threshold, so the point of the curve
    that speaks for a threshold is the one of the lowest score that is not below it. A curve may
    be thinned: the row of the operating point repeats the rates that were measured there. Of
    weighted exams Wilson's interval would be too narrow, and there is none.
    """
    roc = [p for p in (curves or {}).get("roc") or () if p.get("threshold") is not None]
    positives, negatives = exhibit.count("positives"), exhibit.count("negatives")
    if not roc or prevalence is None or not positives or not negatives:
        return ()
    own = (protocol.get("operating_point") or {}).get("threshold")
    asked = {float(t) for t in (protocol.get("curves") or {}).get("thresholds") or _USUAL}
    if own is not None:
        asked.add(float(own))
    level: float | None = float((protocol.get("intervals") or {}).get("level", 0.95))
    if (protocol.get("columns") or {}).get("weight") is not None:
        level = None
    rows = []
    for threshold in sorted(asked):
        above = [p for p in roc if p["threshold"] >= threshold]
        point = min(above, key=lambda p: p["threshold"]) if above else _NONE_FLAGGED
        if threshold == own:
            point = _measured(exhibit) or point
        found, alarms = float(point["sensitivity"]), float(point["false_positive_rate"])
        rows.append(
            ThresholdRow(
                threshold=threshold,
                sensitivity=_share(found, positives, level),
                specificity=_share(1 - alarms, negatives, level),
                ppv=_ratio(prevalence * found, (1 - prevalence) * alarms),
                npv=_ratio((1 - prevalence) * (1 - alarms), prevalence * (1 - found)),
                alerts=_thousand(prevalence * found + (1 - prevalence) * alarms),
                missed=_thousand(prevalence * (1 - found)),
                own=threshold == own,
            )
        )
    return tuple(rows)


_NONE_FLAGGED: Document = {"sensitivity": 0.0, "false_positive_rate": 0.0}


def _measured(exhibit: Exhibit) -> Document | None:
    """Return the rates at the operating point as page 1 has them; None where one is undefined."""
    found, spared = exhibit.value("sensitivity"), exhibit.value("specificity")
    if found is None or spared is None:
        return None
    return {"sensitivity": found, "false_positive_rate": 1 - spared}


def _share(value: float, n: int, level: float | None) -> Measure:
    """Return a share of exams, with its interval where a level is given."""
    if level is None:
        return Measure(value=value, unit=Unit.PERCENT)
    low, high = wilson(value * n, n, level=level)
    return Measure(value=value, low=low, high=high, unit=Unit.PERCENT)


def _ratio(right: float, wrong: float) -> Measure:
    if right + wrong <= 0:
        return Measure(value=None, unit=Unit.PERCENT, undefined=_UNDEFINED)
    return Measure(value=right / (right + wrong), unit=Unit.PERCENT)


def _thousand(share: float) -> Measure:
    return Measure(value=THOUSAND * share, unit=Unit.PER_THOUSAND)
