"""Cells: from a checked table to counts, by grouped aggregates."""

# ruff: noqa: S608  (every name in the SQL is ours; values are bound or escaped)
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.engines.checks import POSITIVE, comparator_column
from validation.engines.session import Session
from validation.errors import TableError
from validation.protocols.bands import band_names
from validation.protocols.partitions import PARTITION_WORDS, plain_word
from validation.protocols.shape import Finding, Protocol, Subgroup
from validation.tallies import MISSING, UNLABELLED, Cells, Persons, in_order
from validation.tallies.content import Place

Levels = dict[str, tuple[str, ...]]


def prepare(session: Session, protocol: Protocol, sites: Mapping[str, str] | None) -> Levels:
    """Make ``coded``: the loaded rows with a code per attribute; return what the codes mean."""
    columns = protocol.columns
    attributes: dict[str, str] = {"finding": "''", "partition": "''", "site": "''"}
    maps: dict[str, Mapping[str, str] | None] = {
        "partition": {
            value: PARTITION_WORDS[plain_word(value)].value
            for value in _values(session, columns.partition)
        },
        "site": sites,
    }
    for name in attributes:
        column = getattr(columns, name)
        if column is not None:
            attributes[name] = session.short(column)
    for subgroup in protocol.subgroups:
        attributes[subgroup.name] = _level(session, subgroup)
    levels: Levels = {}
    picked, joins = ["l.rowid AS row"], []
    for index, (name, expression) in enumerate(attributes.items()):
        raw = [str(r[0]) for r in session.ask(f"SELECT DISTINCT {expression} FROM loaded")]
        known = maps.get(name) or {}
        meaning = {value: known.get(value, value) for value in raw}
        levels[name] = _ordered(set(meaning.values()), protocol, name)
        place = {level: code for code, level in enumerate(levels[name])}
        session.keep(f"map{index}", {value: place[level] for value, level in meaning.items()})
        joins.append(f"JOIN map{index} ON map{index}.name = {expression}")
        picked.append(f"map{index}.code AS a{index}")
    session.run(
        f"CREATE TABLE coded AS SELECT l.*, {', '.join(picked)} FROM loaded l {' '.join(joins)}"
    )
    return levels


def count(session: Session, protocol: Protocol, levels: Levels) -> Cells:
    """Return the cells of a prepared table, in canonical order."""
    if protocol.columns.finding is None:
        places = {finding.name or "": code for code, finding in enumerate(_by_name(protocol))}
        parts = [
            _count_finding(session, protocol, finding, levels, code=places[finding.name or ""])
            for finding in protocol.findings
        ]
        levels["finding"] = tuple(places)
    else:
        parts = [_count_finding(session, protocol, protocol.findings[0], levels, code=None)]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    cells = Cells(
        codes={name: joined[f"a{i}"].astype(np.int32) for i, name in enumerate(levels)},
        label=joined["label"].astype(np.int8),
        score=joined["score"].astype(np.float64),
        comparators={
            comparator.name: joined[f"k{i}"].astype(np.float64)
            for i, comparator in enumerate(protocol.comparators)
        },
        exams=joined["exams"].astype(np.int64),
    )
    if not bool((cells.label != UNLABELLED).any()):
        raise TableError(
            "no row has a label, so that nothing can be measured.",
            remedy="Join the reference standard to the table first.",
            column=protocol.findings[0].label,
        )
    return in_order(cells)


def count_persons(session: Session, protocol: Protocol, levels: Levels) -> dict[Place, Persons]:
    """Return patients per partition: of all, of each site, subgroup level and intersection."""
    if protocol.columns.patient is None:
        return {}
    place = {name: f"a{index}" for index, name in enumerate(levels)}
    patient = session.short(protocol.columns.patient)
    exams = (
        f"count(DISTINCT {session.short(protocol.columns.exam)})"
        if protocol.columns.finding is not None and protocol.columns.exam is not None
        else "count(*)"
    )
    margins: list[tuple[str, ...]] = [()]
    if protocol.columns.site is not None:
        margins.append(("site",))
    margins += [(subgroup.name,) for subgroup in protocol.subgroups]
    margins += [tuple(sorted(group)) for group in protocol.intersections]
    persons: dict[Place, Persons] = {}
    for margin in margins:
        keys = ", ".join([place["partition"], *(place[name] for name in margin)])
        for partition, *codes, patients, repeated in session.ask(
            f"SELECT {keys}, count(*), count(*) FILTER (n > 1) FROM "
            f"(SELECT {keys}, {patient}, {exams} AS n FROM coded GROUP BY {keys}, {patient}) "
            f"GROUP BY {keys} ORDER BY ALL"
        ):
            by = tuple((name, levels[name][code]) for name, code in zip(margin, codes, strict=True))
            persons["", levels["partition"][partition], by] = Persons(
                patients=int(patients), repeated=int(repeated)
            )
    return persons


def _count_finding(
    session: Session, protocol: Protocol, finding: Finding, levels: Levels, *, code: int | None
) -> dict[str, npt.NDArray[Any]]:
    """Return one finding's cells as arrays; `code` is None where a column holds the finding."""
    places = [f"a{index}" for index, _ in enumerate(levels)]
    attributes = [place if i or code is None else f"{code} AS a0" for i, place in enumerate(places)]
    label = session.short(finding.label)
    words = ", ".join(f"'{word}'" for word in POSITIVE)
    measures = [
        (
            f"CASE WHEN {label} IS NULL THEN {UNLABELLED} "
            f"WHEN lower({label}) IN ({words}) THEN 1 ELSE 0 END AS label"
        ),
        f"CAST({session.short(finding.score)} AS DOUBLE) + 0.0 AS score",
    ]
    measures += [
        f"CAST({session.short(comparator_column(one, finding))} AS DOUBLE) + 0.0 AS k{index}"
        for index, one in enumerate(protocol.comparators)
    ]
    found = session.arrays(
        f"SELECT *, count(*) AS exams FROM (SELECT {', '.join(attributes + measures)} FROM coded) "
        "GROUP BY ALL"
    )
    return {
        name: np.ma.filled(values.astype(np.float64), np.nan)
        if np.ma.isMaskedArray(values)
        else np.asarray(values)
        for name, values in found.items()
    }


def _by_name(protocol: Protocol) -> list[Finding]:
    """Return the findings in the order of their names, which is that of their codes."""
    return sorted(protocol.findings, key=lambda finding: finding.name or "")


def _values(session: Session, column: str | None) -> list[str]:
    """Return the different values of a column; none where no column is declared."""
    if column is None:
        return []
    short = session.short(column)
    return [str(row[0]) for row in session.ask(f"SELECT DISTINCT {short} FROM loaded")]


def _level(session: Session, subgroup: Subgroup) -> str:
    """Return the expression of a row's level of one attribute."""
    short = session.short(subgroup.column)
    if subgroup.edges is None:
        return f"coalesce({short}, '{MISSING}')"
    names = band_names(subgroup.edges)
    cases = [
        f"WHEN CAST({short} AS DOUBLE) < {high!r} THEN '{name}'"
        for name, (_, high) in zip(names, pairwise(subgroup.edges), strict=True)
    ]
    cases[-1] = f"ELSE '{names[-1]}'"
    return f"CASE WHEN {short} IS NULL THEN '{MISSING}' {' '.join(cases)} END"


def _ordered(found: set[str], protocol: Protocol, name: str) -> tuple[str, ...]:
    """Return levels in their order: bands by their edges, others sorted, the missing one last."""
    bands = next(
        (band_names(s.edges) for s in protocol.subgroups if s.name == name and s.edges), None
    )
    present = found - {MISSING}
    ordered = [band for band in bands if band in present] if bands else sorted(present)
    return (*ordered, *({MISSING} & found))
