"""Failures: the exams that a model got wrong at the threshold in use, listed from their table.

The list stays where it is made: it names exams and patients, and no assessment holds it.
"""

# ruff: noqa: S608  (every name in the SQL is ours or quoted; values are bound or escaped)
import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from validation.counts import Confusion
from validation.engines.aside import counted, load
from validation.engines.checks import check, wanted_columns
from validation.engines.files import inspect
from validation.engines.labels import NEGATIVE, POSITIVE
from validation.engines.session import Session, open_table
from validation.errors import ProtocolError, TableError
from validation.protocols.bands import band_names
from validation.protocols.partitions import PARTITION_WORDS, plain_word
from validation.protocols.shape import Finding, Protocol, Subgroup
from validation.spelling import suggestion
from validation.tallies import MISSING

BATCH = 1_000  # failures fetched at once
ROLES = ("exam", "patient", "site", "severity")


class Kind(StrEnum):
    """How an exam was got wrong."""

    MISS = "missed"
    ALARM = "false alarm"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One exam that was got wrong.

    Attributes
    ----------
    row : int
        Of the table; 1 is the first below the header.
    kind : Kind
    finding : str or None
    exam, patient, site, severity : str or None
        As the table says; None where no such column is declared or the field is empty.
    levels : mapping of str to str
        The level of each subgroup.
    score, distance : float or None
        The score and how far it lies from the threshold, at least 0; None where the model gave
        no score, and the exam was got wrong by the fail-safe.
    threshold : float
    """

    row: int
    kind: Kind
    finding: str | None
    exam: str | None
    patient: str | None
    site: str | None
    severity: str | None
    levels: Mapping[str, str]
    score: float | None
    threshold: float
    distance: float | None


@dataclass(frozen=True, kw_only=True)
class Failures:
    """All failures of a table: how many per finding, and one after the other.

    Attributes
    ----------
    counts : mapping of (str or None) to Confusion
        Per finding, as deployed: the counts on which the assessment's rates rest.
    unscored : mapping of (str or None) to int
        Per finding, the failures for which the model gave no score.
    listed : iterator of Failure
        Those farthest on the wrong side of the threshold first; those without a score last.
        Read it while the table is open.
    """

    counts: Mapping[str | None, Confusion]
    unscored: Mapping[str | None, int]
    listed: Iterator[Failure] = field(repr=False)

    @property
    def total(self) -> int:
        """How many failures there are."""
        return sum(one.fp + one.fn for one in self.counts.values())


@contextmanager
def open_failures(
    path: str | os.PathLike[str],
    protocol: Protocol,
    *,
    site: str | None = None,
    limit: int | None = None,
    sites: Mapping[str, str] | None = None,
    memory_limit: str = "1GB",
) -> Iterator[Failures]:
    """Yield what a model got wrong on the rows that a protocol judges.

    Those are the rows of the partition that is the protocol's purpose, without excluded ones.

    Parameters
    ----------
    path : str or path
        A CSV or Parquet table.
    protocol : Protocol
        With its thresholds resolved.
    site : str, optional
        Only this site, as the table calls it.
    limit : int, optional
        List at most so many; all are counted.
    sites : mapping of str to str, optional
        As for a tally.
    memory_limit : str
        What DuckDB may keep in memory; beyond it, it uses the disk.

    Raises
    ------
    TableError
        When the table cannot be used, or has no such site.
    ProtocolError
        When a threshold is still a rule.
    """
    _require_thresholds(protocol)
    file = inspect(path)
    columns = protocol.columns
    wanted = wanted_columns(protocol)
    for role in ("severity", "excluded"):
        column = getattr(columns, role)
        if column is not None:
            wanted.setdefault(column, f"the {role}")
    with open_table(file, memory_limit=memory_limit) as session:
        for column, role in wanted.items():
            session.require(column, role)
        load(session, protocol, wanted)
        check(session, protocol, sites)
        _keep_judged(session, protocol, site)
        for finding in protocol.findings:
            _keep_outcomes(session, protocol, finding)
        counts, unscored = _count(session, protocol)
        yield Failures(
            counts=counts, unscored=unscored, listed=_listed(session, protocol, limit=limit)
        )


def _require_thresholds(protocol: Protocol) -> None:
    """Refuse a protocol whose threshold is still a rule: nobody is right or wrong yet."""
    for finding in protocol.findings:
        if finding.operating_point.threshold is None:
            raise ProtocolError(
                "the threshold is not a number yet, so that no exam is right or wrong.",
                remedy="Resolve the rule first, or give the threshold.",
                at="operating_point" if finding.name is None else f"findings.{finding.name}",
            )


def _keep_judged(session: Session, protocol: Protocol, site: str | None) -> None:
    """Make ``judged``: the rows that the protocol judges, of one site where one is named."""
    columns = protocol.columns
    conditions = [counted(session, protocol)]
    if columns.partition is not None:
        short = session.short(columns.partition)
        meant = [
            value
            for value in _values(session, short)
            if PARTITION_WORDS.get(plain_word(value)) is protocol.purpose
        ]
        conditions.append(f"{short} IN ({', '.join(map(_text, meant))})" if meant else "false")
    if site is not None:
        conditions.append(f"{_site_column(session, protocol, site)} = {_text(site)}")
    if columns.exam is not None:  # a row that says the same again is left out, as in the tally
        named = [name for name in (columns.exam, columns.finding) if name is not None]
        key = ", ".join(session.short(name) for name in named)
        conditions.append(
            f"l.rowid IN (SELECT min(rowid) FROM loaded WHERE {conditions[0]} GROUP BY {key})"
        )
    session.run(
        "CREATE TABLE judged AS SELECT l.*, l.rowid + 1 AS place FROM loaded l "
        f"WHERE {' AND '.join(conditions)}"
    )


def _site_column(session: Session, protocol: Protocol, site: str) -> str:
    """Return the session's name of the site column, in which a site occurs."""
    column = protocol.columns.site
    if column is None:
        raise TableError(
            "the protocol declares no site column, so that no site can be chosen.",
            remedy="Leave --site out, or declare the column in the protocol.",
        )
    short = session.short(column)
    known = sorted(_values(session, short))
    if site not in known:
        raise TableError(
            f"“{site}” is no site of this table.",
            remedy=suggestion(site, known, what="Its sites"),
            column=column,
        )
    return short


def _keep_outcomes(session: Session, protocol: Protocol, finding: Finding) -> None:
    """Add to ``outcomes`` what became of each labelled exam of one finding."""
    point = finding.operating_point
    label, score = session.short(finding.label), session.short(finding.score)
    number = f"CAST({score} AS DOUBLE)"
    threshold = f"CAST('{point.threshold!r}' AS DOUBLE)"
    column = protocol.columns.finding
    of_finding = (
        "" if column is None else f" AND {session.short(column)} = {_text(str(finding.name))}"
    )
    answer = (
        f"SELECT place, {_text(finding.name or '')} AS finding, "
        f"lower({label}) IN ({_words(POSITIVE)}) AS positive, {number} AS score, "
        f"CASE WHEN {score} IS NULL THEN {point.unscored == 'positive'} "
        f"ELSE {number} {point.positive_when} {threshold} END AS flagged, "
        f"abs({number} - {threshold}) AS distance "
        f"FROM judged WHERE lower({label}) IN ({_words(POSITIVE + NEGATIVE)}){of_finding}"
    )
    session.run(f"CREATE TABLE IF NOT EXISTS outcomes AS SELECT * FROM ({answer}) LIMIT 0")
    session.run(f"INSERT INTO outcomes {answer}")


def _count(
    session: Session, protocol: Protocol
) -> tuple[dict[str | None, Confusion], dict[str | None, int]]:
    """Return the confusion counts of each finding, and its failures without a score."""
    counts = {finding.name: Confusion(tp=0, fp=0, fn=0, tn=0) for finding in protocol.findings}
    unscored = dict.fromkeys(counts, 0)
    for name, tp, fp, fn, tn, without in session.ask(
        "SELECT finding, count(*) FILTER (positive AND flagged), "
        "count(*) FILTER (NOT positive AND flagged), "
        "count(*) FILTER (positive AND NOT flagged), "
        "count(*) FILTER (NOT positive AND NOT flagged), "
        "count(*) FILTER (positive <> flagged AND score IS NULL) FROM outcomes GROUP BY finding"
    ):
        counts[name or None] = Confusion(tp=tp, fp=fp, fn=fn, tn=tn)
        unscored[name or None] = without
    return counts, unscored


def _listed(session: Session, protocol: Protocol, *, limit: int | None) -> Iterator[Failure]:
    """Yield the failures in their order."""
    columns = protocol.columns
    roles = {role: getattr(columns, role) for role in ROLES}
    picked = [
        "NULL" if column is None else f"j.{session.short(column)}" for column in roles.values()
    ]
    picked += [f"j.{session.short(subgroup.column)}" for subgroup in protocol.subgroups]
    thresholds = {f.name: float(f.operating_point.threshold or 0) for f in protocol.findings}
    at_most = "" if limit is None else f" LIMIT {limit:d}"
    for place, name, positive, score, distance, *said in session.stream(
        f"SELECT o.place, o.finding, o.positive, o.score, o.distance, {', '.join(picked)} "
        "FROM outcomes o JOIN judged j ON j.place = o.place WHERE o.positive <> o.flagged "
        f"ORDER BY o.distance DESC NULLS LAST, o.finding, o.place{at_most}",
        batch=BATCH,
    ):
        told = dict(zip(ROLES, said[: len(ROLES)], strict=True))
        if not positive:
            told["severity"] = None  # how grave a finding is can be asked of positives only
        yield Failure(
            row=place,
            kind=Kind.MISS if positive else Kind.ALARM,
            finding=name or None,
            levels={
                subgroup.name: _level(value, subgroup)
                for subgroup, value in zip(protocol.subgroups, said[len(ROLES) :], strict=True)
            },
            score=score,
            threshold=thresholds[name or None],
            distance=distance,
            **told,
        )


def _level(value: Any, subgroup: Subgroup) -> str:  # noqa: ANN401  # as the engine gives it
    """Return the level of one attribute of one row."""
    if value is None:
        return MISSING
    if subgroup.edges is None:
        return str(value)
    names = band_names(subgroup.edges)
    return names[min(bisect_right(subgroup.edges, float(value)), len(names)) - 1]


def _values(session: Session, short: str) -> list[str]:
    """Return the different values of a loaded column."""
    asked = f"SELECT DISTINCT {short} FROM loaded WHERE {short} IS NOT NULL"
    return [str(row[0]) for row in session.ask(asked)]


def _words(words: tuple[str, ...]) -> str:
    """Return words as a list of SQL texts."""
    return ", ".join(map(_text, words))


def _text(value: str) -> str:
    """Return a value as an SQL text."""
    return "'" + value.replace("'", "''") + "'"
