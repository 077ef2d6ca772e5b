"""Checks: what makes a table unusable, found with its rows before anything is counted."""

# ruff: noqa: S608  (every name in the SQL is ours; values are bound)
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from validation.engines.aside import check_excluded, counted
from validation.engines.declared import check_declared, declared_columns
from validation.engines.labels import NEGATIVE, POSITIVE, refuse_other_words, write_plainly
from validation.engines.numbers import require_numbers
from validation.engines.refusals import cut as _cut
from validation.engines.refusals import in_list
from validation.engines.refusals import refuse as _refuse
from validation.engines.session import SHOWN, Session
from validation.engines.values import folded
from validation.errors import TableError
from validation.protocols.partitions import PARTITION_WORDS, REFUSED, plain_word
from validation.protocols.shape import Comparator, Finding, Protocol, ScoreKind, Subgroup
from validation.protocols.standard import PLACE_OF_FINDING
from validation.spelling import listed, suggestion


def comparator_column(comparator: Comparator, finding: Finding) -> str:
    """Return the column of a comparator's scores for one finding."""
    return comparator.score.replace(PLACE_OF_FINDING, finding.name or "")


def indeterminate_words(words: Sequence[str]) -> list[str]:
    """Return a protocol's words for no answer as they are compared: folded, in small letters."""
    return [folded(word).lower() for word in words]


def wanted_columns(protocol: Protocol) -> dict[str, str]:
    """Return every column that a protocol reads, and what it reads there."""
    columns = protocol.columns
    wanted: dict[str, str] = {}
    for finding in protocol.findings:
        of = f" of “{finding.name}”" if finding.name else ""
        wanted.setdefault(finding.label, f"the label{of}")
        wanted.setdefault(finding.score, f"the score{of}")
        for comparator in protocol.comparators:
            wanted.setdefault(
                comparator_column(comparator, finding), f"the score of “{comparator.name}”{of}"
            )
    for role in ("exam", "patient", "site", "partition", "finding"):
        column = getattr(columns, role)
        if column is not None:
            wanted.setdefault(column, f"the {role}")
    for subgroup in protocol.subgroups:
        wanted.setdefault(subgroup.column, f"subgroup “{subgroup.name}”")
    for column, role in declared_columns(protocol).items():
        wanted.setdefault(column, role)
    return wanted


def check(session: Session, protocol: Protocol, sites: Mapping[str, str] | None) -> None:
    """Refuse a loaded table that cannot be measured under a protocol.

    Raises
    ------
    TableError
        For the first thing that is wrong, with column, rows and remedy.
    """
    columns = protocol.columns
    check_excluded(session, protocol)
    _check_present(session, protocol)
    if columns.finding is not None:
        _check_findings(session, columns.finding, protocol)
    if columns.site is not None and sites is not None:
        _check_sites(session, columns.site, sites, protocol)
    if columns.partition is not None:
        _check_partitions(session, columns.partition, protocol)
    _check_measures(session, protocol)
    _check_spelling(session, protocol, site=columns.site if sites is None else None)
    for subgroup in protocol.subgroups:
        if subgroup.edges is not None:
            _check_band(session, subgroup, subgroup.edges)
    check_declared(session, protocol)
    if columns.exam is not None:
        _check_exams(session, columns.exam, protocol)


def _check_present(session: Session, protocol: Protocol) -> None:
    """Refuse rows that do not say whose they are, where a column for it is declared."""
    for role in ("exam", "patient", "site", "partition", "finding"):
        column = getattr(protocol.columns, role)
        if column is not None:
            _refuse(
                session,
                column,
                f"{{}} IS NULL AND {counted(session, protocol)}",
                f"the {role} is empty, or a word for nothing such as NA.",
                "Fill it in, leave the row out if it is a total, or take the column out of the "
                "protocol.",
            )


def _check_measures(session: Session, protocol: Protocol) -> None:
    """Refuse labels and scores that are none."""
    for column in dict.fromkeys(finding.label for finding in protocol.findings):
        _check_labels(session, column, protocol.indeterminate)
    scores = [finding.score for finding in protocol.findings] + [
        comparator_column(comparator, finding)
        for comparator in protocol.comparators
        for finding in protocol.findings
    ]
    for column in dict.fromkeys(scores):
        _check_scores(session, column, probability=protocol.score_kind is ScoreKind.PROBABILITY)


@dataclass(frozen=True, kw_only=True)
class _Names:
    """The names in a column of places, in the rows that count."""

    session: Session
    column: str
    where: str

    def found(self) -> list[str]:
        """Return the different names."""
        short = self.session.short(self.column)
        asked = f"SELECT DISTINCT {short} FROM loaded WHERE {self.where}"
        return sorted(str(row[0]) for row in self.session.ask(asked))

    def refuse(self, name: str, problem: str, remedy: str) -> None:
        """Refuse the table for one of them, naming its rows."""
        condition = f"{{}} = {in_list([name])} AND {self.where}"
        _refuse(self.session, self.column, condition, problem, remedy)


def _names(session: Session, column: str, protocol: Protocol) -> _Names:
    return _Names(session=session, column=column, where=counted(session, protocol))


def _check_findings(session: Session, column: str, protocol: Protocol) -> None:
    declared = [str(finding.name) for finding in protocol.findings]
    names = _names(session, column, protocol)
    for value in names.found():
        if value not in declared:
            names.refuse(
                value,
                "{value} is not a finding that the protocol declares.",
                f"{suggestion(value, declared, what='Declared findings')} Declare it as "
                f"[findings.{value}], or leave those rows out.",
            )


def _check_sites(
    session: Session, column: str, sites: Mapping[str, str], protocol: Protocol
) -> None:
    names = _names(session, column, protocol)
    for value in names.found():
        if value not in sites:
            known = listed(sorted(set(sites.values()))) or "none yet"
            names.refuse(
                value,
                "{value} is not a site that is known here.",
                f"{suggestion(value, sites, what='Known names')} Register it as a site or as an "
                f"alias of one; sites are never guessed. Known sites: {known}.",
            )


def _check_partitions(session: Session, column: str, protocol: Protocol) -> None:
    found = _names(session, column, protocol)
    for value in found.found():
        word = plain_word(value)
        if word in PARTITION_WORDS:
            continue
        names = [partition.value for partition in dict.fromkeys(PARTITION_WORDS.values())]
        why = f": {REFUSED[word]}." if word in REFUSED else "."
        found.refuse(
            value,
            f"{{value}} is not a partition whose rows can be evidence{why}",
            f"Write one of {listed(names)}.",
        )


def _check_spelling(session: Session, protocol: Protocol, *, site: str | None) -> None:
    """Refuse levels that differ only in capitals: one group would be judged as two."""
    named = [subgroup.column for subgroup in protocol.subgroups if subgroup.edges is None]
    where = counted(session, protocol)
    for column in dict.fromkeys([*named, *([site] if site is not None else [])]):
        short = session.short(column)
        for spellings, seldom in session.ask(
            f"SELECT list(v ORDER BY n DESC, v), arg_min(v, (n, v)) FROM (SELECT {short} AS v, "
            f"count(*) AS n FROM loaded WHERE {short} IS NOT NULL AND {where} GROUP BY 1) "
            "GROUP BY lower(v) HAVING count(*) > 1 ORDER BY 1 LIMIT 1"
        ):
            _names(session, column, protocol).refuse(
                str(seldom),
                f"{listed(spellings)} differ only in capitals, and would be counted apart.",
                "Write one of them in all rows.",
            )


def _check_labels(session: Session, column: str, indeterminate: Sequence[str]) -> None:
    write_plainly(session, column)
    known = [*NEGATIVE, *indeterminate_words(indeterminate)]
    refuse_other_words(session, column, POSITIVE, known)


def _check_scores(session: Session, column: str, *, probability: bool) -> None:
    require_numbers(session, column, "the score ")
    _refuse(
        session,
        column,
        "coalesce(isinf(TRY_CAST({} AS DOUBLE)), {} IS NOT NULL)",
        "the score {value} is not finite.",
        "Give a number, or leave it empty where the model gave none.",
    )
    if probability:
        _refuse(
            session,
            column,
            "CAST({} AS DOUBLE) NOT BETWEEN 0 AND 1",
            "the score {value} is no probability: it lies outside 0 to 1.",
            "Give probabilities, or declare score_kind = “rank” in the protocol.",
        )


def _check_band(session: Session, subgroup: Subgroup, edges: Sequence[float]) -> None:
    why = f", and subgroup “{subgroup.name}” is cut into bands"
    require_numbers(session, subgroup.column, "", why)
    _refuse(
        session,
        subgroup.column,
        f"CAST({{}} AS DOUBLE) NOT BETWEEN {edges[0]!r} AND {edges[-1]!r}",
        f"{{value}} lies outside the bands of “{subgroup.name}”, {edges[0]:g} to {edges[-1]:g}.",
        "Correct the value, or widen the edges in the protocol.",
    )


def _check_exams(session: Session, column: str, protocol: Protocol) -> None:
    """Refuse exams that stand there twice, and exams that contradict themselves."""
    exam = session.short(column)
    finding = protocol.columns.finding
    key = exam if finding is None else f"{exam}, {session.short(finding)}"
    # A row that says the same again is left out and counted; one that says otherwise is refused.
    twice = session.ask(
        f"SELECT {exam}, count(*) OVER () FROM (SELECT {key}, min(place) AS first FROM "
        f"({_distinct_rows(session, protocol)}) GROUP BY {key} HAVING count(*) > 1) "
        "ORDER BY first LIMIT 1"
    )
    if twice:
        rows = session.ask(
            f"SELECT rowid + 1 FROM loaded WHERE {exam} = ? ORDER BY 1 LIMIT {SHOWN}", [twice[0][0]]
        )
        count = int(twice[0][1])
        others = f"; in all {count:,} exams do" if count > 1 else ""
        of = "" if finding is None else " for the same finding"
        raise TableError(
            f"exam “{_cut(str(twice[0][0]))}” stands there more than once{of}{others}.",
            remedy="Keep one row per exam; an exam that counts twice would count as two patients' "
            "worth of evidence.",
            column=column,
            rows=[int(row[0]) for row in rows],
        )
    if finding is not None:
        _check_long_exams(session, exam, column, protocol)


def _distinct_rows(session: Session, protocol: Protocol) -> str:
    """Return the question for the different rows that are not excluded, and where each stands."""
    names, where = ", ".join(session.loaded), counted(session, protocol)
    return f"SELECT {names}, min(rowid) AS place FROM loaded WHERE {where} GROUP BY {names}"


def _check_long_exams(session: Session, exam: str, column: str, protocol: Protocol) -> None:
    """Refuse an exam whose rows disagree about whose it is, where or in which group."""
    columns = protocol.columns
    of_exam = [columns.patient, columns.site, columns.partition]
    of_exam += [subgroup.column for subgroup in protocol.subgroups]
    for name in dict.fromkeys(name for name in of_exam if name is not None):
        short = session.short(name)
        found = session.ask(
            f"SELECT {exam}, min(rowid) + 1 FROM loaded WHERE {counted(session, protocol)} "
            f"GROUP BY {exam} "
            f"HAVING count(DISTINCT coalesce({short}, '')) > 1 ORDER BY 2 LIMIT 1"
        )
        if found:
            raise TableError(
                f"the rows of exam “{_cut(str(found[0][0]))}” disagree about “{name}”.",
                remedy="Give all rows of one exam the same value.",
                column=column,
                rows=[int(found[0][1])],
            )
