"""Reading: from the text of a protocol to its value, refusing what would have no effect."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

from validation.errors import ProtocolError
from validation.protocols.criteria import read_criteria
from validation.protocols.fields import Fields
from validation.protocols.sections import (
    check_intersections,
    read_columns,
    read_comparators,
    read_costs,
    read_intervals,
    read_minimum,
    read_operating_point,
    read_partial_area,
    read_population,
    read_subgroups,
    read_thresholds,
)
from validation.protocols.shape import (
    SCHEMA,
    Columns,
    Comparator,
    Costs,
    Finding,
    Grid,
    OperatingPoint,
    Partition,
    Population,
    Protocol,
    Sampling,
    ScoreKind,
)
from validation.protocols.standard import PLACE_OF_FINDING, read_indeterminate, read_readers


def read(text: str) -> Protocol:
    """Return the protocol that a TOML text describes.

    Raises
    ------
    ProtocolError
        When it is not TOML, or says something that cannot be followed; the message names the
        place and the remedy.
    """
    try:
        values = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(
            f"this is not TOML: {error}.",
            remedy="Correct that line; “cmr protocol draft TABLE” writes one to start from.",
        ) from None
    return from_document(values)


def from_document(values: Mapping[str, object]) -> Protocol:
    """Return the protocol that a document describes: the canonical JSON, or a parsed TOML."""
    with Fields(values, "") as fields:
        _check_schema(fields)
        planned = _read_head(fields)
        protocol = _read_strata(fields, planned)
        protocol = replace(
            protocol,
            intervals=read_intervals(fields.table("intervals")),
            thresholds=read_thresholds(
                fields.table("curves"), probability=protocol.score_kind is ScoreKind.PROBABILITY
            ),
            minimum=read_minimum(fields.table("minimum")),
        )
        protocol = replace(
            protocol,
            readers=read_readers(fields.table("readers"), protocol.findings),
            partial_area=read_partial_area(fields.table("partial_auroc")),
            grid=_read_grid(fields.table("cells")),
        )
        criteria = fields.tables("criteria")
    _check_prices(protocol)
    _check_thresholds(protocol)
    return replace(protocol, criteria=read_criteria(criteria, protocol))


def _check_schema(fields: Fields) -> None:
    """Refuse a document of another kind or a newer shape."""
    schema = fields.required_text("schema", f'schema = "{SCHEMA}" as the first line')
    if schema != SCHEMA:
        raise fields.wrong(
            "schema", f"“{schema}” is not a shape this release reads.", f'Write "{SCHEMA}".'
        )


def _read_head(fields: Fields) -> Protocol:
    """Return what is said of the whole: purpose, sampling, columns, operating point, findings."""
    name = fields.required_text("name", 'name = "Obstructive coronary disease, external testing"')
    purpose, sampling = fields.word("purpose", Partition), fields.word("sampling", Sampling)
    if purpose is None:
        raise fields.missing("purpose", 'purpose = "external testing", or another partition')
    if sampling is None:
        raise fields.missing("sampling", 'sampling = "consecutive", or how else patients entered')
    standard = fields.required_text(
        "reference_standard", "in one sentence how it is known which exams are positive"
    )
    indeterminate = read_indeterminate(fields)
    score_kind = fields.word("score_kind", ScoreKind) or ScoreKind.PROBABILITY
    columns = read_columns(fields.table("columns"))
    point_fields = fields.table("operating_point")
    point, chosen = OperatingPoint(), purpose is not Partition.DEVELOPMENT
    if point_fields is not None:
        with point_fields:
            point = read_operating_point(point_fields, chosen=chosen)
    elif chosen:
        raise fields.missing("operating_point", "[operating_point] with threshold = 0.5")
    costs = read_costs(fields.table("costs"))
    population = read_population(fields.table("population"))
    return Protocol(
        name=name,
        purpose=purpose,
        sampling=sampling,
        reference_standard=standard,
        indeterminate=indeterminate,
        score_kind=score_kind,
        columns=columns,
        operating_point=point,
        costs=costs,
        population=population,
        findings=_read_findings(fields.table("findings"), columns, point, costs, population),
    )


def _read_findings(
    fields: Fields | None,
    columns: Columns,
    point: OperatingPoint,
    costs: Costs | None,
    population: Population | None,
) -> tuple[Finding, ...]:
    """Return the findings; the only one where none is declared."""
    names = fields.keys() if fields else []
    if fields is None or not names:
        if columns.finding is not None:
            raise ProtocolError(
                f"the table has a column of findings, “{columns.finding}”, and none is declared.",
                remedy="Declare each as [findings.NAME]; an empty section inherits everything.",
                at="findings",
            )
        only = Finding(
            name=None,
            label=columns.label,
            score=columns.score,
            operating_point=point,
            costs=costs,
            population=population,
        )
        return (only,)
    findings = []
    for name in names:
        with Fields(fields.take(name), fields.place(name)) as level:
            label, score = level.text("label"), level.text("score")
            if columns.finding is not None and (label or score):
                raise level.wrong(
                    "label" if label else "score",
                    "in a table with one row per exam and finding all findings share the columns.",
                    "Name label and score once, in [columns].",
                )
            findings.append(
                Finding(
                    name=name,
                    label=label or columns.label,
                    score=score or columns.score,
                    operating_point=read_operating_point(level, top=point),
                    costs=read_costs(level.table("costs"), top=costs),
                    population=read_population(level.table("population"), top=population),
                )
            )
    if columns.finding is None:
        _check_wide(findings, fields)
    return tuple(findings)


def _check_wide(findings: list[Finding], fields: Fields) -> None:
    """Refuse findings of a wide table that read the same columns."""
    for finding in findings:
        if finding.label == finding.score:
            raise fields.wrong(
                f"{finding.name}.score", "label and score are the same column.", "Name the other."
            )
    for one, other in combinations(findings, 2):
        if (one.label, one.score) == (other.label, other.score):
            raise fields.wrong(
                str(other.name),
                f"this reads the same columns as “{one.name}”.",
                "Give it its own label and score, or declare the column that holds the finding: "
                "[columns] finding = …",
            )


def _read_strata(fields: Fields, protocol: Protocol) -> Protocol:
    """Return the protocol with subgroups, intersections and comparators."""
    planned, crossed = read_subgroups(fields.table("subgroups"))
    later, crossed_later = read_subgroups(fields.table("exploratory"), exploratory=True)
    for subgroup in later:
        if subgroup.name in {earlier.name for earlier in planned}:
            raise ProtocolError(
                "this subgroup is already declared in [subgroups].",
                remedy="Leave it out here.",
                at=f"exploratory.{subgroup.name}",
            )
    every = planned + later
    first = check_intersections(crossed, planned, "subgroups")
    second = check_intersections(crossed_later, every, "exploratory")
    for group in second:
        if frozenset(group) in {frozenset(earlier) for earlier in first}:
            raise ProtocolError(
                f"{' and '.join(group)} are already crossed in [subgroups].",
                remedy="Leave it out here.",
                at="exploratory.intersections",
            )
    comparators = read_comparators(fields.table("comparators"))
    _check_comparators(comparators, protocol)
    return replace(
        protocol,
        subgroups=every,
        intersections=first + second,
        exploratory_intersections=second,
        comparators=comparators,
    )


def _check_comparators(comparators: tuple[Comparator, ...], protocol: Protocol) -> None:
    """Refuse a comparator that would be the wrong column."""
    wide = protocol.columns.finding is None and len(protocol.findings) > 1
    for comparator in comparators:
        at = f"comparators.{comparator.name}.score"
        if wide and PLACE_OF_FINDING not in comparator.score:
            raise ProtocolError(
                "one column cannot hold a comparator's scores for several findings.",
                remedy=f'Put {PLACE_OF_FINDING} where the name stands: "v1_{PLACE_OF_FINDING}".',
                at=at,
            )
        if comparator.score in {finding.score for finding in protocol.findings}:
            raise ProtocolError(
                f"“{comparator.score}” is the column of the model's own score.",
                remedy="Name the column that holds the comparator's.",
                at=at,
            )


def _read_grid(fields: Fields | None) -> Grid:
    """Return how finely scores are kept."""
    if fields is None:
        return Grid.BY_SIZE
    with fields:
        return fields.word("grid", Grid) or Grid.BY_SIZE


def _check_prices(protocol: Protocol) -> None:
    """Refuse prices that nothing in the table would be multiplied with, and two prices for one."""
    columns, costs = protocol.columns, [finding.costs for finding in protocol.findings]
    by_severity = any(one is not None and one.by_severity for one in costs)
    if by_severity and columns.severity is None:
        raise ProtocolError(
            "misses are priced by severity, and no column says how grave a finding is.",
            remedy='Declare it: [columns] severity = "…".',
            at="costs.by_severity",
        )
    for key in ("cost_of_miss", "cost_of_alarm"):
        if getattr(columns, key) is not None and None in costs:
            raise ProtocolError(
                "the table holds costs, and the protocol does not say in which unit, nor what "
                "right decisions cost.",
                remedy="Declare [costs]; the rows' own costs take the place of its own.",
                at=f"columns.{key}",
            )
    if by_severity and columns.cost_of_miss is not None:
        raise ProtocolError(
            "a miss has two prices: that of its row, and that of its severity.",
            remedy="Keep one of the two.",
            at="costs.by_severity",
        )


def _check_thresholds(protocol: Protocol) -> None:
    """Refuse an operating point that no probability can be at."""
    if protocol.score_kind is ScoreKind.RANK:
        return
    places = [("operating_point.threshold", protocol.operating_point.threshold)]
    places += [
        (f"findings.{finding.name}.threshold", finding.operating_point.threshold)
        for finding in protocol.findings
        if finding.name
    ]
    places += [(f"comparators.{c.name}.threshold", c.threshold) for c in protocol.comparators]
    for at, threshold in places:
        if threshold is not None and not 0 <= threshold <= 1:
            raise ProtocolError(
                f"{threshold:g} is no probability, and score_kind says that scores are.",
                remedy="Give a threshold in [0, 1], or declare score_kind = “rank”.",
                at=at,
            )
