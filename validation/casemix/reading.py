"""Reading: the case mix of partitions and of sites, each beside the exams it is compared with."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from validation.casemix.groups import Array, Groups, Places
from validation.casemix.membership import membership_auroc
from validation.casemix.shifts import (
    difference_of_levels,
    difference_of_means,
    kolmogorov_smirnov,
    population_stability,
)
from validation.errors import UndefinedError
from validation.protocols.shape import Finding, Protocol, ScoreKind
from validation.strata import SITE, Strata, Stratum
from validation.tallies import Tally

THE_REST = "the other sites"
HIDDEN = "some exams are hidden by the minimum cell and enter nothing here"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of two groups of exams.

    `mean` and `deviation` are those of the linear predictor (the log-odds of the score), or of
    the score itself where scores are ranks or some are exactly 0 or 1.
    """

    exams: int
    unscored: int
    prevalence: float | None = None
    mean: float | None = None
    deviation: float | None = None


@dataclass(frozen=True, kw_only=True)
class Shift:
    """How far the two groups lie apart in one thing.

    `of` is the name of an attribute, "label" or "score". Of the score the standardised
    difference has a sign and is that of the linear predictor.
    """

    of: str
    psi: float | None = None
    standardized_difference: float | None = None
    ks: float | None = None
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True)
class CaseMix:
    """The exams of one group beside those of another.

    Attributes
    ----------
    between : str
        "partitions": the judged one beside another; "sites": a site of the judged partition
        beside all others.
    group, against : str
        Names of the two.
    predictor : str
        Whether the linear predictor is the "log-odds" of the score or the "score" itself.
    shared_sites : tuple of str
        Of two partitions: the sites that both have exams of.
    shared_days : int or None
        Of two partitions: on how many days the times from first to last exam overlap; None
        where times are not known.
    """

    finding: str | None
    partition: str | None
    by: dict[str, str] = field(default_factory=dict)
    between: str
    group: str
    against: str
    predictor: str
    of_group: Side
    of_against: Side
    shifts: tuple[Shift, ...] = ()
    membership_auroc: float | None = None
    membership_undefined: str | None = None
    shared_sites: tuple[str, ...] = field(default=())
    shared_days: int | None = None
    note: str | None = None


def case_mix(strata: Strata, protocol: Protocol) -> tuple[CaseMix, ...]:
    """Return the case mix of the judged partition beside others, and of each of its sites."""
    found: list[CaseMix] = []
    for finding in protocol.findings:
        judged = strata.find(finding, strata.judged, {})
        if judged is None:
            continue
        found += _between_partitions(strata, protocol, finding, judged)
        found += _between_sites(strata, protocol, finding, judged)
    return tuple(found)


def _between_partitions(
    strata: Strata, protocol: Protocol, finding: Finding, judged: Stratum
) -> Iterator[CaseMix]:
    for other in strata.partitions:
        beside = None if other == judged.partition else strata.find(finding, other, {})
        if beside is None:
            continue
        chosen = np.concatenate([judged.chosen, beside.chosen])
        group = np.repeat([0, 1], [judged.chosen.size, beside.chosen.size])
        groups = _groups(strata, protocol, replace(judged, chosen=chosen), group, size=2)
        sites = [set(strata.levels(finding, one, SITE)) for one in (judged.partition, other)]
        hidden = judged.counts.hidden or beside.counts.hidden
        yield replace(
            _compared(groups, judged, 0, note=HIDDEN if hidden else None),
            between="partitions",
            group=str(judged.partition),
            against=str(other),
            shared_sites=tuple(sorted(sites[0] & sites[1])),
            shared_days=shared_days(strata.tally, str(judged.partition), str(other)),
        )


def _between_sites(
    strata: Strata, protocol: Protocol, finding: Finding, judged: Stratum
) -> Iterator[CaseMix]:
    sites = strata.levels(finding, judged.partition, SITE)
    if len(sites) < 2:  # noqa: PLR2004 a single site has no others
        return
    names = strata.tally.levels[SITE]
    group = judged.joint.codes[SITE].astype(np.intp)
    groups = _groups(strata, protocol, judged, group, size=len(names))
    for site in sites:
        note = HIDDEN if judged.counts.hidden else None
        one = _compared(groups, judged, names.index(site), note=note)
        yield replace(one, group=site, by={SITE: site})


def _groups(
    strata: Strata, protocol: Protocol, stratum: Stratum, group: Places, *, size: int
) -> Groups:
    return Groups(
        cells=stratum.joint,
        group=group,
        size=size,
        attributes={
            one.name: len(strata.tally.levels[one.name])
            for one in protocol.subgroups
            # The site's own column would tell sites apart by their names; tallies that left
            # their site keep margins only.
            if one.column != protocol.columns.site and one.name in stratum.joint.codes
        },
        probability=protocol.score_kind is ScoreKind.PROBABILITY,
    )


def _compared(groups: Groups, judged: Stratum, group: int, *, note: str | None) -> CaseMix:
    """Return one group beside all others, as a site is."""
    found = CaseMix(
        finding=judged.finding.name,
        partition=judged.partition,
        between="sites",
        group="",
        against=THE_REST,
        predictor="log-odds" if groups.inner else "score",
        of_group=_side(groups, group, others=False),
        of_against=_side(groups, group, others=True),
        shifts=(
            *(_levels(name, table, group) for name, table in groups.by_level.items()),
            _levels("label", groups.by_label, group),
            _scores(groups, group),
        ),
        note=note,
    )
    patterns = _beside(groups.all_patterns, groups.of_patterns(group))
    try:
        auroc = membership_auroc(groups.patterns[0], *patterns)
    except UndefinedError as reason:
        return replace(found, membership_undefined=str(reason))
    return replace(found, membership_auroc=auroc)


def _beside(everybody: Array, own: Array) -> tuple[Array, Array]:
    """Return the counts of a group and of all others."""
    return own, everybody - own


def _row(table: Array, group: int) -> tuple[Array, Array]:
    return _beside(table.sum(axis=0), table[group])


def _side(groups: Groups, group: int, *, others: bool) -> Side:
    at = int(others)
    exams = _row(groups.exams, group)
    negatives, positives = _row(groups.by_label, group)[at].tolist()
    scored, total, squares = _row(groups.powers, group)[at].tolist()
    labelled = negatives + positives
    return Side(
        exams=int(exams[at].sum()),
        unscored=int(exams[at].sum() - scored),
        prevalence=positives / labelled if labelled else None,
        mean=total / scored if scored else None,
        deviation=_deviation(scored, total, squares) if scored > 1 else None,
    )


def _deviation(n: float, total: float, squares: float) -> float:
    return math.sqrt(max(0.0, squares - total**2 / n) / (n - 1))


def _levels(name: str, table: Array, group: int) -> Shift:
    pair = _row(table, group)
    return _told(
        name,
        psi=lambda: population_stability(*pair),
        standardized_difference=lambda: difference_of_levels(*pair),
    )


def _scores(groups: Groups, group: int) -> Shift:
    def moments(row: Array) -> tuple[float, float]:
        n, total, squares = row.tolist()
        if n < 2:  # noqa: PLR2004 one exam has no spread
            msg = "one of the two groups has no two scored exams"
            raise UndefinedError(msg)
        return total / n, _deviation(n, total, squares)

    own, others = _row(groups.powers, group)
    scores = _beside(groups.all_scores, groups.of_scores(group))
    return _told(
        "score",
        psi=lambda: population_stability(*_row(groups.by_score_bin, group)),
        standardized_difference=lambda: difference_of_means(moments(own), moments(others)),
        ks=lambda: kolmogorov_smirnov(*scores),
    )


def _told(of: str, **ways: Callable[[], float]) -> Shift:
    """Return a shift with what exists of it, and why the rest does not."""
    found: dict[str, float] = {}
    reasons: list[str] = []
    for key, way in ways.items():
        try:
            found[key] = way()
        except UndefinedError as reason:
            reasons.append(f"{key}: {reason}")
    return Shift(of=of, **found, undefined="; ".join(reasons) or None)


def shared_days(tally: Tally, first: str, second: str) -> int | None:
    """Return on how many days the exams of two partitions overlap, from first to last of each.

    Returns
    -------
    int or None
        0 where one ends before the other begins; None where times of either are not known.
    """
    spans = [
        [(one.first, one.last) for one in tally.periods if one.partition == partition]
        for partition in (first, second)
    ]
    if not all(spans):
        return None
    begins = max(min(begin for begin, _ in span) for span in spans)
    ends = min(max(end for _, end in span) for span in spans)
    return max(0, (date.fromisoformat(ends[:10]) - date.fromisoformat(begins[:10])).days + 1)
