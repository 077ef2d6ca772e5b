"""Documents: a protocol as canonical JSON, and the digests it is known by."""

import hashlib
from typing import Any

import rfc8785

from validation.protocols.shape import (
    SCHEMA,
    Criterion,
    Finding,
    OperatingPoint,
    Protocol,
    Subgroup,
)


def document(protocol: Protocol) -> dict[str, Any]:
    """Return the protocol as JSON with every default filled in; null where nothing is declared."""
    planned = [group for group in protocol.intersections if not _is_exploratory(protocol, group)]
    return {
        "schema": SCHEMA,
        "name": protocol.name,
        "purpose": protocol.purpose.value,
        "sampling": protocol.sampling.value,
        "reference_standard": protocol.reference_standard,
        "indeterminate": list(protocol.indeterminate),
        "score_kind": protocol.score_kind.value,
        "columns": _columns(protocol),
        "operating_point": _operating_point(protocol.operating_point),
        "costs": _costs(protocol),
        "population": _population(protocol),
        "findings": _findings(protocol),
        "subgroups": _subgroups(protocol, planned, exploratory=False),
        "exploratory": _subgroups(
            protocol, list(protocol.exploratory_intersections), exploratory=True
        ),
        "comparators": {
            comparator.name: {
                "score": comparator.score,
                "version": comparator.version,
                "threshold": comparator.threshold,
            }
            for comparator in protocol.comparators
        },
        "intervals": {
            "level": protocol.intervals.level,
            "auroc": protocol.intervals.auroc,
            "replicates": protocol.intervals.replicates,
            "seed": protocol.intervals.seed,
            "between_sites": protocol.intervals.between_sites,
        },
        "partial_auroc": {
            "axis": protocol.partial_area.axis,
            "range": [protocol.partial_area.low, protocol.partial_area.high],
        },
        "readers": _readers(protocol),
        "curves": {"thresholds": list(protocol.thresholds)},
        "minimum": {
            "positives": protocol.minimum.positives,
            "negatives": protocol.minimum.negatives,
            "max_width": dict(protocol.minimum.max_width),
            "calibration_events": protocol.minimum.calibration_events,
        },
        "cells": {"grid": protocol.grid.value},
        "criteria": [_criterion(criterion) for criterion in protocol.criteria],
    }


def digest(protocol: Protocol) -> str:
    """Return the SHA-256 of the canonical document: "sha256:" and 64 hex digits."""
    return _sha256(document(protocol))


def measure_digest(protocol: Protocol) -> str:
    """Return the SHA-256 of what shapes cells, and of nothing else.

    Tallies merge when their measure digests are equal, and any protocol with that measure digest
    may judge them: another bound, another cost or another seed does not change what was counted.
    """
    return _sha256(
        {
            "schema": "cmr.measure/1",
            "score_kind": protocol.score_kind.value,
            "indeterminate": list(protocol.indeterminate),
            "readers": _readers(protocol),
            "columns": _columns(protocol),
            "findings": sorted(
                (
                    {
                        "name": finding.name or "",
                        "label": finding.label,
                        "score": finding.score,
                        "threshold": finding.operating_point.threshold,
                        "positive_when": finding.operating_point.positive_when,
                    }
                    for finding in protocol.findings
                ),
                key=lambda finding: str(finding["name"]),
            ),
            "curves": list(protocol.thresholds),
            "subgroups": {group.name: _subgroup(group) for group in protocol.subgroups},
            "intersections": sorted(sorted(group) for group in protocol.intersections),
            "comparators": {
                comparator.name: {"score": comparator.score, "threshold": comparator.threshold}
                for comparator in protocol.comparators
            },
            "grid": protocol.grid.value,
        }
    )


def _sha256(values: dict[str, Any]) -> str:
    """Return the digest of a document in canonical form."""
    return f"sha256:{hashlib.sha256(rfc8785.dumps(values)).hexdigest()}"


def _is_exploratory(protocol: Protocol, group: tuple[str, ...]) -> bool:
    """Tell whether an intersection was not pre-specified."""
    return group in protocol.exploratory_intersections


def _columns(protocol: Protocol) -> dict[str, Any]:
    """Return which column holds what."""
    columns = protocol.columns
    return {
        "label": columns.label,
        "score": columns.score,
        "exam": columns.exam,
        "patient": columns.patient,
        "site": columns.site,
        "partition": columns.partition,
        "finding": columns.finding,
        "weight": columns.weight,
        "severity": columns.severity,
        "time": columns.time,
        "excluded": columns.excluded,
        "cost_of_miss": columns.cost_of_miss,
        "cost_of_alarm": columns.cost_of_alarm,
    }


def _readers(protocol: Protocol) -> dict[str, str]:
    """Return the readers' columns."""
    return {reader.name: reader.column for reader in protocol.readers}


def _operating_point(point: OperatingPoint) -> dict[str, Any]:
    """Return an operating point.

    A threshold probability stands there only where it is stated: a protocol that says nothing of
    it keeps the digest that it was signed under before the key was known.
    """
    stated = point.threshold_probability
    return {
        "threshold": point.threshold,
        "rule": point.rule,
        "origin": point.origin,
        "positive_when": point.positive_when,
        "unscored": point.unscored,
        **({} if stated is None else {"threshold_probability": stated}),
    }


def _costs(owner: Protocol | Finding) -> dict[str, Any] | None:
    """Return the costs of a protocol or a finding, or null."""
    costs = owner.costs
    return (
        None
        if costs is None
        else {
            "false_negative": costs.false_negative,
            "false_positive": costs.false_positive,
            "true_positive": costs.true_positive,
            "true_negative": costs.true_negative,
            "unit": costs.unit,
            "set_by": costs.set_by,
            "set_on": costs.set_on,
            "why": costs.why,
            "by_severity": dict(costs.by_severity),
        }
    )


def _population(owner: Protocol | Finding) -> dict[str, Any] | None:
    """Return the population of a protocol or a finding, or null."""
    population = owner.population
    return (
        None
        if population is None
        else {
            "prevalence": population.prevalence,
            "range": None if population.range is None else list(population.range),
            "source": population.source,
        }
    )


def _findings(protocol: Protocol) -> dict[str, Any]:
    """Return the declared findings; none for the only finding of a protocol."""
    wide = protocol.columns.finding is None
    return {
        finding.name: {
            "label": finding.label if wide else None,
            "score": finding.score if wide else None,
            **_operating_point(finding.operating_point),
            "costs": _costs(finding),
            "population": _population(finding),
        }
        for finding in protocol.findings
        if finding.name is not None
    }


def _subgroup(subgroup: Subgroup) -> dict[str, Any]:
    """Return one attribute."""
    edges = None if subgroup.edges is None else list(subgroup.edges)
    return {"column": subgroup.column, "edges": edges}


def _subgroups(
    protocol: Protocol, crossed: list[tuple[str, ...]], *, exploratory: bool
) -> dict[str, Any]:
    """Return the planned or the exploratory attributes and their intersections."""
    groups: dict[str, Any] = {
        subgroup.name: _subgroup(subgroup)
        for subgroup in protocol.subgroups
        if subgroup.exploratory is exploratory
    }
    return {**groups, "intersections": [list(group) for group in crossed]}


def _criterion(criterion: Criterion) -> dict[str, Any]:
    """Return one criterion."""
    return {
        "id": criterion.id,
        "source": criterion.source.value,
        "metric": criterion.metric,
        "over": criterion.over,
        "at_least": criterion.at_least,
        "at_most": criterion.at_most,
        "at": dict(criterion.at),
        "finding": criterion.finding,
        "attribute": criterion.attribute,
        "basis": criterion.basis,
        "comparator": criterion.comparator,
        "bound": criterion.bound,
        "needs": criterion.needs,
        "consideration": criterion.consideration,
        "exploratory": criterion.exploratory,
    }
