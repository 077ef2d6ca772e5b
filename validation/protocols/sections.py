"""Sections: the parts of a protocol that stand by themselves, each read from its table."""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal, cast

from validation.metric_names import METRICS
from validation.protocols.fields import Fields, as_list, as_number, as_text
from validation.protocols.rules import parse_rule
from validation.protocols.shape import (
    Columns,
    Comparator,
    Costs,
    Intervals,
    Minimum,
    OperatingPoint,
    PartialArea,
    Population,
    Subgroup,
)
from validation.spelling import suggestion

FEWEST_EDGES = 3
FEWEST_CROSSED = 2
FEWEST_REPLICATES = 200
# What strata are formed by besides subgroups; a subgroup of that name could not be told apart.
RESERVED = frozenset({"site", "partition", "finding", "severity", "intersections", "exploratory"})


def read_columns(fields: Fields | None) -> Columns:
    """Return which column of the table holds what."""
    if fields is None:
        return Columns()
    with fields:
        columns = Columns(
            label=fields.text("label") or "label",
            score=fields.text("score") or "score",
            exam=fields.text("exam"),
            patient=fields.text("patient"),
            site=fields.text("site"),
            partition=fields.text("partition"),
            finding=fields.text("finding"),
            weight=fields.text("weight"),
            severity=fields.text("severity"),
            time=fields.text("time"),
            excluded=fields.text("excluded"),
            cost_of_miss=fields.text("cost_of_miss"),
            cost_of_alarm=fields.text("cost_of_alarm"),
        )
    if columns.label == columns.score:
        raise fields.wrong(
            "score",
            f"label and score are the same column, “{columns.label}”.",
            "Name the column that holds the model's score.",
        )
    if columns.finding is not None and columns.exam is None:
        raise fields.wrong(
            "finding",
            "a table with one row per exam and finding needs to say which rows are one exam.",
            'Declare the column of the exam, too: exam = "exam_id".',
        )
    return columns


def read_operating_point(
    fields: Fields, *, top: OperatingPoint | None = None, chosen: bool = True
) -> OperatingPoint:
    """Return the operating point; what a finding omits is that of `top`.

    The level is left open: a finding holds other keys beside these. Unless it must be `chosen`
    already, it may still be found, on the very evidence that the protocol is for.
    """
    threshold, rule, origin = fields.number("threshold"), fields.text("rule"), fields.text("origin")
    probability = fields.number("threshold_probability", above=0, below=1)
    if probability is None and top is not None:
        probability = top.threshold_probability
    if rule is not None:
        parse_rule(rule, at=fields.place("rule"))
        if (threshold is None) != (origin is None):
            raise fields.wrong(
                "threshold",
                "a rule that is resolved has both a threshold and its origin.",
                'Give both, or the rule alone: rule = "sensitivity at least 0.90 in …".',
            )
    if threshold is None and rule is None and (top is not None or chosen):
        if top is None:
            raise fields.missing("threshold", "threshold = 0.5, or rule = “sensitivity at least …”")
        threshold, rule, origin = top.threshold, top.rule, origin or top.origin
    return OperatingPoint(
        threshold=threshold,
        rule=rule,
        origin=origin,
        positive_when=cast(
            'Literal[">=", ">"]',
            fields.choice("positive_when", [">=", ">"]) or (top.positive_when if top else ">="),
        ),
        unscored=cast(
            'Literal["negative", "positive"]',
            fields.choice("unscored", ["negative", "positive"])
            or (top.unscored if top else "negative"),
        ),
        threshold_probability=probability,
    )


def read_costs(fields: Fields | None, *, top: Costs | None = None) -> Costs | None:
    """Return the costs of the four outcomes; what a finding omits is that of `top`."""
    if fields is None:
        return top
    with fields:
        missed, alarm = fields.number("false_negative"), fields.number("false_positive")
        found, cleared = fields.number("true_positive"), fields.number("true_negative")
        unit, set_by, why = fields.text("unit"), fields.text("set_by"), fields.text("why")
        set_on = _read_day(fields, "set_on")
        by_severity = _read_prices(fields.table("by_severity"))
    if (missed is None or alarm is None) and top is None:
        key = "false_negative" if missed is None else "false_positive"
        raise fields.missing(key, f"{key} = 1.0, in the unit of the other costs")
    base = top or Costs(false_negative=missed or 0.0, false_positive=alarm or 0.0)
    costs = Costs(
        false_negative=base.false_negative if missed is None else missed,
        false_positive=base.false_positive if alarm is None else alarm,
        true_positive=base.true_positive if found is None else found,
        true_negative=base.true_negative if cleared is None else cleared,
        unit=unit or base.unit,
        set_by=set_by or base.set_by,
        set_on=set_on or base.set_on,
        why=why or base.why,
        by_severity=by_severity or base.by_severity,
    )
    for error, right in (("false_negative", "true_positive"), ("false_positive", "true_negative")):
        if getattr(costs, error) <= getattr(costs, right):
            raise fields.wrong(
                error,
                f"a {error.replace('_', ' ')} costs no more than a {right.replace('_', ' ')}, "
                "so that being wrong would be as good as being right.",
                f"Give it a cost above that of the {right.replace('_', ' ')}.",
            )
    return costs


def _read_prices(fields: Fields | None) -> dict[str, float]:
    """Return what a false negative costs at each level of severity."""
    if fields is None:
        return {}
    prices = {level: fields.number(level, least=0) or 0.0 for level in fields.keys()}  # noqa: SIM118
    fields.refuse_unknown()
    return prices


def _read_day(fields: Fields, key: str) -> str | None:
    """Return a day as an ISO date, from a TOML date or a text."""
    value = fields.take(key)
    if value is None:
        return None
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    try:
        return dt.date.fromisoformat(as_text(value, fields.place(key))).isoformat()
    except ValueError:
        raise fields.wrong(
            key, f"“{value}” is not a day of the calendar.", "Write it as 2026-11-23."
        ) from None


def read_population(fields: Fields | None, *, top: Population | None = None) -> Population | None:
    """Return the population of the deployment; what a finding omits is that of `top`."""
    if fields is None:
        return top
    with fields:
        prevalence = fields.number("prevalence", above=0, below=1)
        span, source = fields.numbers("range"), fields.text("source")
    if prevalence is None:
        if top is None:
            raise fields.missing("prevalence", "prevalence = 0.10, the share of exams with it")
        prevalence = top.prevalence
    if span is None:
        bounds = top.range if top else None
    elif len(span) == FEWEST_CROSSED:
        bounds = (span[0], span[1])
    else:
        raise fields.wrong("range", "a range has two ends.", "Write range = [0.05, 0.20].")
    if bounds is not None and not 0 < bounds[0] <= prevalence <= bounds[1] < 1:
        raise fields.wrong(
            "range",
            f"the range from {bounds[0]:g} to {bounds[1]:g} does not lie within 0 and 1 around "
            f"the prevalence of {prevalence:g}.",
            "Give the lower end first, both around the prevalence.",
        )
    return Population(
        prevalence=prevalence, range=bounds, source=source or (top.source if top else None)
    )


def read_subgroups(
    fields: Fields | None, *, exploratory: bool = False
) -> tuple[tuple[Subgroup, ...], list[tuple[str, ...]]]:
    """Return the attributes by which strata are formed, and the intersections asked for."""
    if fields is None:
        return (), []
    crossed = [
        tuple(
            as_text(name, f"{fields.place('intersections')}[{index}]")
            for name in as_list(group, f"{fields.place('intersections')}[{index}]")
        )
        for index, group in enumerate(
            as_list(fields.take("intersections") or [], fields.place("intersections"))
        )
    ]
    subgroups = []
    for name in fields.keys():  # noqa: SIM118  (a method that lists keys; Fields is no mapping)
        if name == "intersections":
            continue
        if name in RESERVED:
            raise fields.wrong(
                name,
                f"a subgroup cannot be called “{name}”, which has a meaning of its own.",
                "Give it another name; sites and partitions are declared in [columns].",
            )
        subgroups.append(_read_subgroup(fields, name, exploratory=exploratory))
    fields.refuse_unknown()
    return tuple(subgroups), crossed


def _read_subgroup(fields: Fields, name: str, *, exploratory: bool) -> Subgroup:
    """Return one attribute: the name of a column, or a column and the edges of its bands."""
    value = fields.take(name)
    if not isinstance(value, Mapping):
        column = as_text(value, fields.place(name))
        return Subgroup(name=name, column=column, exploratory=exploratory)
    with Fields(value, fields.place(name)) as band:
        column = band.required_text("column", f'column = "{name}"')
        edges = band.numbers("edges")
    if edges is not None and (
        len(edges) < FEWEST_EDGES or any(low >= high for low, high in pairwise(edges))
    ):
        raise band.wrong(
            "edges",
            "the edges must ascend, and there must be at least three of them, to make two bands.",
            "Write edges = [0, 45, 55, 65, 120].",
        )
    return Subgroup(name=name, column=column, edges=edges, exploratory=exploratory)


def check_intersections(
    crossed: list[tuple[str, ...]], subgroups: tuple[Subgroup, ...], at: str
) -> tuple[tuple[str, ...], ...]:
    """Return the intersections, each of at least two different declared subgroups."""
    names = [subgroup.name for subgroup in subgroups]
    place = Fields({}, at)
    for index, group in enumerate(crossed):
        key = f"intersections[{index}]"
        for name in group:
            if name not in names:
                raise place.wrong(
                    key,
                    f"“{name}” is not a declared subgroup.",
                    suggestion(name, names, what="Declared subgroups"),
                )
        if len(set(group)) < FEWEST_CROSSED or len(set(group)) != len(group):
            raise place.wrong(
                key,
                "an intersection needs two different subgroups.",
                "Name two or more, once each.",
            )
    if len({frozenset(group) for group in crossed}) != len(crossed):
        raise place.wrong("intersections", "one of them stands there twice.", "Leave one out.")
    return tuple(crossed)


def read_comparators(fields: Fields | None) -> tuple[Comparator, ...]:
    """Return the other sets of scores on the same exams."""
    if fields is None:
        return ()
    comparators = []
    for name in fields.keys():  # noqa: SIM118  (a method that lists keys; Fields is no mapping)
        level = fields.table(name)
        if level is None:  # pragma: no cover  (keys() lists only what stands there)
            continue
        with level:
            comparators.append(
                Comparator(
                    name=name,
                    score=level.required_text("score", 'score = "score_v1", a column of the table'),
                    version=level.text("version"),
                    threshold=level.number("threshold"),
                )
            )
    return tuple(comparators)


def read_intervals(fields: Fields | None) -> Intervals:
    """Return how intervals are made."""
    plain = Intervals()
    if fields is None:
        return plain
    with fields:
        level = fields.number("level", above=0.5, below=1)
        auroc = fields.choice("auroc", ["delong-logit", "delong"])
        replicates = fields.whole("replicates", least=FEWEST_REPLICATES)
        seed = fields.whole("seed", least=0)
        between = fields.choice("between_sites", ["REML", "DL", "PM"])
    return Intervals(
        level=plain.level if level is None else level,
        auroc=cast('Literal["delong-logit", "delong"]', auroc or plain.auroc),
        replicates=plain.replicates if replicates is None else replicates,
        seed=plain.seed if seed is None else seed,
        between_sites=cast('Literal["REML", "DL", "PM"]', between or plain.between_sites),
    )


def read_partial_area(fields: Fields | None) -> PartialArea:
    """Return the part of the ROC curve of which the area counts."""
    plain = PartialArea()
    if fields is None:
        return plain
    with fields:
        axis = fields.choice("axis", ["specificity", "sensitivity"])
        span = fields.numbers("range") or (plain.low, plain.high)
    if len(span) != FEWEST_CROSSED or not 0 <= span[0] < span[1] <= 1:
        raise fields.wrong(
            "range", "the part lies between two rates in 0 to 1, the lower first.",
            "Write range = [0.9, 1.0].",
        )  # fmt: skip
    return PartialArea(
        axis=cast('Literal["specificity", "sensitivity"]', axis or plain.axis),
        low=span[0],
        high=span[1],
    )


def read_minimum(fields: Fields | None) -> Minimum:
    """Return below how much evidence a verdict is insufficient."""
    plain = Minimum()
    if fields is None:
        return plain
    with fields:
        positives, negatives = (
            fields.whole("positives", least=0),
            fields.whole("negatives", least=0),
        )
        events = fields.whole("calibration_events", least=0)
        widths = _read_widths(fields.table("max_width"))
    return Minimum(
        positives=plain.positives if positives is None else positives,
        negatives=plain.negatives if negatives is None else negatives,
        max_width=widths,
        calibration_events=plain.calibration_events if events is None else events,
    )


def _read_widths(fields: Fields | None) -> dict[str, float]:
    """Return the widest interval that still counts as knowing, per metric."""
    if fields is None:
        return {}
    widths: dict[str, Any] = {}
    for key in fields.keys():  # noqa: SIM118  (a method that lists keys; Fields is no mapping)
        if key not in METRICS:
            raise fields.wrong(key, f"“{key}” is not a metric.", suggestion(key, METRICS))
        widths[key] = fields.number(key, above=0)
    return widths


def read_thresholds(fields: Fields | None, *, probability: bool) -> tuple[float, ...]:
    """Return where decision and cost curves are also tabulated, ascending."""
    if fields is None:
        return ()
    with fields:
        thresholds = fields.numbers("thresholds") or ()
    for index, value in enumerate(thresholds):
        if probability and not 0 < value < 1:
            raise fields.wrong(
                f"thresholds[{index}]",
                f"{value:g} is not a risk between 0 and 1.",
                "Give thresholds above 0 and below 1.",
            )
    return tuple(sorted({as_number(value, fields.at) for value in thresholds}))
