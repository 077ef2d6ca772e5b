"""Cells: a checked table of texts as codes and numbers, ready to be counted."""

# ruff: noqa: S608  (every name in the SQL is ours; values are bound or escaped)
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from validation.engines.checks import comparator_column, indeterminate_words
from validation.engines.declared import reader_column
from validation.engines.instants import day
from validation.engines.labels import POSITIVE
from validation.engines.refusals import in_list
from validation.engines.rows import Batch, Levels
from validation.engines.session import Session
from validation.protocols.bands import band_names
from validation.protocols.partitions import PARTITION_WORDS, plain_word
from validation.protocols.shape import Finding, Protocol, Subgroup
from validation.tallies import INDETERMINATE, MISSING, UNLABELLED, LeftOut, Period
from validation.tallies.cells import SEVERITY

AT_ONCE = 1 << 18  # rows of a batch
DUPLICATE = "duplicate"


class TextRows:
    """The rows of a session's loaded and checked table; tells what is left out of them."""

    def __init__(
        self,
        session: Session,
        protocol: Protocol,
        sites: Mapping[str, str] | None,
        *,
        total: int,
        at_once: int = AT_ONCE,
    ) -> None:
        self._session, self._protocol, self._at_once = session, protocol, at_once
        self.total = total
        self.levels = _prepare(session, protocol, sites)
        self._places = {name: f"a{index}" for index, name in enumerate(self.levels)}
        if protocol.columns.finding is None:
            names = sorted(finding.name or "" for finding in protocol.findings)
            self.levels["finding"] = tuple(names)

    def batches(self) -> Iterator[Batch]:
        """Yield all rows that count, finding by finding."""
        for code, sql in self.questions():
            for piece in self._session.batches(sql, self._at_once):
                yield self._batch(pa.table(piece), code=code)

    def questions(self) -> Iterator[tuple[int | None, str]]:
        """Yield the question for the rows that count of each finding, with the finding's code.

        Where a column names the finding there is one question, and each row has its code.
        """
        if self._protocol.columns.finding is None:
            findings = sorted(self._protocol.findings, key=lambda finding: finding.name or "")
            named = list[tuple[int | None, Finding]](enumerate(findings))
        else:
            named = [(None, self._protocol.findings[0])]
        for code, finding in named:
            picked = ", ".join(self._picked(finding))
            yield code, f"SELECT {picked} FROM coded WHERE left_out IS NULL"

    @property
    def places(self) -> dict[str, str]:
        """The column of each attribute's code in the answers, by the attribute's name."""
        return dict(self._places)

    def _picked(self, finding: Finding) -> list[str]:
        """Return the expressions of everything that is read of a row."""
        session, protocol = self._session, self._protocol
        label = session.short(finding.label)
        doubtful = in_list(indeterminate_words(protocol.indeterminate) or [""])
        picked = [*self._places.values()]
        said = (
            f"CASE WHEN {label} IS NULL THEN {UNLABELLED} "
            f"WHEN lower({label}) IN ({doubtful}) THEN {INDETERMINATE} "
            f"WHEN lower({label}) IN ({in_list(POSITIVE)}) THEN 1 ELSE 0 END"
        )
        picked.append(f"CAST({said} AS INTEGER) AS label")
        picked.append(f"CAST({session.short(finding.score)} AS DOUBLE) AS score")
        picked += [
            f"CAST({session.short(comparator_column(one, finding))} AS DOUBLE) AS k{index}"
            for index, one in enumerate(protocol.comparators)
        ]
        for index, reader in enumerate(protocol.readers):
            call = session.short(reader_column(reader, finding))
            picked.append(
                f"CAST(CASE WHEN {call} IS NULL THEN {UNLABELLED} "
                f"WHEN lower({call}) IN ({in_list(POSITIVE)}) THEN 1 ELSE 0 END AS INTEGER) "
                f"AS r{index}"
            )
        for name in ("weight", "cost_of_miss", "cost_of_alarm"):
            column = getattr(protocol.columns, name)
            if column is not None:
                picked.append(f"CAST({session.short(column)} AS DOUBLE) AS {name}")
        if protocol.columns.patient is not None:
            picked += ["patient", "exam"]
        return picked

    def _batch(self, piece: pa.Table, *, code: int | None) -> Batch:
        protocol = self._protocol

        def whole(name: str) -> np.ndarray:
            return np.asarray(piece.column(name).to_numpy())

        def number(name: str) -> np.ndarray | None:
            if name not in piece.column_names:
                return None
            found = piece.column(name).to_numpy(zero_copy_only=False)
            return np.asarray(found, dtype=np.float64)

        label = whole("label")
        codes = {name: whole(place) for name, place in self._places.items()}
        if code is not None:
            codes["finding"] = np.full(label.size, code, dtype=np.int32)
        if SEVERITY in codes:  # how grave it is says nothing of an exam without the finding
            nothing = self.levels[SEVERITY].index("")
            codes[SEVERITY] = np.where(label == 1, codes[SEVERITY], nothing)
        score = number("score")
        assert score is not None  # noqa: S101  (it is always picked)
        named = enumerate(protocol.comparators)
        comparators = {one.name: number(f"k{index}") for index, one in named}
        return Batch(
            codes=codes,
            label=label,
            score=score,
            comparators={n: scores for n, scores in comparators.items() if scores is not None},
            readers={
                one.name: whole(f"r{index}").astype(np.int8)
                for index, one in enumerate(protocol.readers)
            },
            weight=number("weight"),
            miss=number("cost_of_miss"),
            alarm=number("cost_of_alarm"),
            patient=whole("patient") if protocol.columns.patient is not None else None,
            exam=whole("exam") if protocol.columns.patient is not None else None,
        )

    def left_out(self) -> tuple[LeftOut, ...]:
        """Return the rows that enter no cell, by where they are from and why."""
        places = [self._places[name] for name in ("finding", "partition", "site")]
        long = self._protocol.columns.finding is not None
        return tuple(
            LeftOut(
                finding=self._place("finding", finding) if long else "",
                partition=self._place("partition", partition),
                site=self._place("site", site),
                because=str(why),
                exams=int(exams),
            )
            for finding, partition, site, why, exams in self._session.ask(
                f"SELECT {', '.join(places)}, left_out, count(*) FROM coded "
                "WHERE left_out IS NOT NULL GROUP BY ALL ORDER BY ALL"
            )
        )

    def _place(self, name: str, code: int | None) -> str:
        """Return where a row that is left out is from; an excluded one need not say so."""
        return MISSING if code is None else self.levels[name][code]

    def periods(self) -> tuple[Period, ...]:
        """Return from when to when the exams of each partition and site were made."""
        column = self._protocol.columns.time
        if column is None:
            return ()
        place = [self._places[name] for name in ("partition", "site")]
        when = day(self._session.short(column))
        return tuple(
            Period(
                partition=self.levels["partition"][partition],
                site=self.levels["site"][site],
                first=str(first),
                last=str(last),
            )
            for partition, site, first, last in self._session.ask(
                f"SELECT {', '.join(place)}, min({when}), max({when}) FROM coded "
                f"WHERE left_out IS NULL AND {when} IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
            )
        )


def _prepare(session: Session, protocol: Protocol, sites: Mapping[str, str] | None) -> Levels:
    """Make ``coded``: the loaded rows with a code per attribute; return what the codes mean."""
    columns = protocol.columns
    attributes: dict[str, str] = {"finding": "''", "partition": "''", "site": "''"}
    places = _places(session, protocol, sites)
    # Rows that are excluded have no patient, and where they are from may be no place.
    join = "JOIN" if columns.excluded is None else "LEFT JOIN"
    for name in attributes:
        column = getattr(columns, name)
        if column is not None:
            attributes[name] = session.short(column)
    for subgroup in protocol.subgroups:
        attributes[subgroup.name] = _level(session, subgroup)
    if columns.severity is not None:
        attributes[SEVERITY] = f"coalesce({session.short(columns.severity)}, '{MISSING}')"
    levels: Levels = {}
    picked, joins = _marks(session, protocol), []
    for index, (name, expression) in enumerate(attributes.items()):
        raw = _values(session, expression)
        known = places.get(name, dict(zip(raw, raw, strict=True)))
        meaning = {value: known[value] for value in raw if value in known}
        also = {""} if name == SEVERITY else set()
        levels[name] = ordered(set(meaning.values()) | also, protocol, name)
        place = {level: code for code, level in enumerate(levels[name])}
        session.keep(f"map{index}", {value: place[level] for value, level in meaning.items()})
        joins.append(f"{join} map{index} ON map{index}.name = {expression}")
        picked.append(f"map{index}.code AS a{index}")
    if columns.patient is not None:
        joined, number = session.numbered(session.short(columns.patient))
        joins += [f"{join} {joined}"] if joined else []
        picked.append(f"{number} AS patient")
    session.run(
        f"CREATE TABLE coded AS SELECT l.*, {', '.join(picked)} FROM loaded l {' '.join(joins)}"
    )
    return levels


def _marks(session: Session, protocol: Protocol) -> list[str]:
    """Return the expressions of why a row is left out, and of its exam as a number."""
    columns = protocol.columns
    excluded = "NULL" if columns.excluded is None else f"l.{session.short(columns.excluded)}"
    again, number = "false", "l.rowid"
    if columns.exam is not None:
        exam = f"l.{session.short(columns.exam)}"
        key = exam if columns.finding is None else f"{exam}, l.{session.short(columns.finding)}"
        aside = f"{excluded} IS NULL"
        again = f"row_number() OVER (PARTITION BY {key}, {aside} ORDER BY l.rowid) > 1"
        number = f"min(l.rowid) OVER (PARTITION BY {exam})"
    why = f"coalesce({excluded}, CASE WHEN {again} THEN '{DUPLICATE}' END)"
    return [f"{why} AS left_out", f"CAST({number} AS BIGINT) AS exam"]


def _places(
    session: Session, protocol: Protocol, sites: Mapping[str, str] | None
) -> dict[str, Mapping[str, str]]:
    """Return what the names of findings, partitions and sites mean, where not any name is one."""
    columns, found = protocol.columns, dict[str, Mapping[str, str]]()
    if columns.finding is not None:
        found["finding"] = {str(one.name): str(one.name) for one in protocol.findings}
    if columns.partition is not None:
        meant = {
            value: PARTITION_WORDS.get(plain_word(value))
            for value in _values(session, session.short(columns.partition))
        }
        found["partition"] = {word: one.value for word, one in meant.items() if one is not None}
    if columns.site is not None and sites is not None:
        found["site"] = sites
    return found


def _values(session: Session, expression: str) -> list[str]:
    """Return the different values of an expression."""
    values = f"SELECT {expression} AS value FROM loaded"
    asked = f"SELECT DISTINCT value FROM ({values}) AS found WHERE value IS NOT NULL"
    return [str(row[0]) for row in session.ask(asked)]


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


def ordered(found: set[str], protocol: Protocol, name: str) -> tuple[str, ...]:
    """Return levels in their order: bands by their edges, others sorted, the missing one last."""
    bands = next(
        (band_names(s.edges) for s in protocol.subgroups if s.name == name and s.edges), None
    )
    present = found - {MISSING}
    in_order = [band for band in bands if band in present] if bands else sorted(present)
    return (*in_order, *({MISSING} & found))
