"""Effects: how much wider a site's intervals are because patients have several exams.

Which exams are of one patient never leaves a site. What leaves instead is one number per stratum
and metric, the design effect: how many times larger the variance is than if exams were
independent. It is rounded up, so that it tells of no single patient and never narrows.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final

import numpy as np

from validation.confusion import Array, Confusion
from validation.counts import ScoreCounts
from validation.estimates import attempt
from validation.flagging import confusion_as_deployed
from validation.measures import CALIBRATION, PLAIN
from validation.metrics import classification, discrimination
from validation.protocols.shape import Finding, OperatingPoint, Protocol, ScoreKind
from validation.strata import SITE, Strata, Stratum
from validation.tallies import Tally, View
from validation.tallies.content import Place

STEPS: Final = 20  # design effects are told in steps of 1 / 20
LEVEL: Final = 0.95  # of intervals that nobody reads: only their variance is listened to


@dataclass(frozen=True, kw_only=True, eq=False)
class _Heard(ScoreCounts):
    """Counts that note by how much each variance that a metric asks of them is inflated."""

    noted: dict[str, float] = field(default_factory=dict)

    def variance(self, metric: str, of_positives: Array, of_negatives: Array) -> float:
        """Return the variance, and note its ratio to that of independent exams."""
        found = super().variance(metric, of_positives, of_negatives)
        alone = replace(self, clusters=None).sums(of_positives, of_negatives).total
        if alone > 0:
            self.noted[metric] = found / alone
        return found


@dataclass(frozen=True, kw_only=True)
class _HeardTable(Confusion):
    """Decisions that note by how much each variance is inflated; `alone` are the same ones."""

    alone: Confusion
    noted: dict[str, float]

    def variance(self, metric: str, influences: Array) -> float:
        """Return the variance, and note its ratio to that of independent exams."""
        found = super().variance(metric, influences)
        alone = self.alone.variance(metric, influences)
        if alone > 0:
            self.noted[metric] = found / alone
        return found


def state(told: Tally, whole: Tally, protocol: Protocol) -> Tally:
    """Return a tally that leaves its site, with the design effects of the strata it tells.

    An effect is told only of a stratum that is told in full, and of which at least the minimum
    of patients have several exams.

    Parameters
    ----------
    told : Tally
        What `hide` left of `whole`.
    whole : Tally
        With the pairs of exams of one patient; without them nothing is stated. Of subgroups within
        each of several sites effects are stated where it counts their patients
        (`tally_table(..., within_sites=True)`), as nobody can say else how many repeat.
    protocol : Protocol
    """
    if whole.pairs is None or told.pairs is not None:
        return told
    effects: dict[Place, dict[str, float]] = {}
    seen = Strata(told, protocol)
    for stratum in _every(Strata(whole, protocol), protocol):
        left = seen.find(stratum.finding, stratum.partition, dict(stratum.by))
        several = 0 if stratum.persons is None else stratum.persons.repeated
        if left is None or several < told.minimum_cell or not _same_exams(stratum, left):
            continue
        finding, partition = stratum.finding.name or "", stratum.partition or ""
        found = effects_of(stratum, protocol)
        effects[(finding, partition, stratum.by)] = found
        sites = whole.levels[SITE]
        if len(sites) == 1 and SITE not in dict(stratum.by):
            by = tuple(sorted([*stratum.by, (SITE, sites[0])]))
            effects[(finding, partition, by)] = found
    return replace(told, effects=effects)


def effects_of(stratum: Stratum, protocol: Protocol) -> dict[str, float]:
    """Return the design effect of each metric of a stratum, at least 1, in steps of a twentieth.

    Metrics that are undefined have none.
    """
    noted: dict[str, float] = {}
    plain = {one.name: getattr(stratum.counts, one.name) for one in fields(ScoreCounts) if one.init}
    counts = _Heard(**plain, noted=noted)
    noted |= _of_ranks(stratum.counts)
    if protocol.score_kind is ScoreKind.PROBABILITY:
        for form in CALIBRATION.values():
            attempt(lambda form=form: form(counts, level=LEVEL))  # type: ignore[misc]  # bound now
    noted |= _of_decisions(stratum.counts, stratum.finding.operating_point)
    return {metric: _rounded_up(effect) for metric, effect in sorted(noted.items())}


def _of_ranks(counts: ScoreCounts) -> dict[str, float]:
    """Return the design effect of the AUROC, if it has a variance."""
    if not counts.scored_positives or not counts.scored_negatives:
        return {}
    _, found = discrimination.delong(counts)
    _, alone = discrimination.delong(replace(counts, clusters=None))
    return {} if found is None or alone is None else {"auroc": found / alone}


def _of_decisions(counts: ScoreCounts, point: OperatingPoint) -> dict[str, float]:
    """Return the design effects of rates at the operating point, of prevalence without one."""
    noted: dict[str, float] = {}
    threshold = 0.0 if point.threshold is None else point.threshold
    alone = confusion_as_deployed(replace(counts, clusters=None), threshold=threshold, point=point)
    found = confusion_as_deployed(counts, threshold=threshold, point=point)
    table = _HeardTable(
        tp=found.tp, fp=found.fp, fn=found.fn, tn=found.tn, spread=found.spread,
        alone=alone, noted=noted,
    )  # fmt: skip
    forms = {} if point.threshold is None else PLAIN
    for form in (classification.prevalence, *forms.values()):
        attempt(lambda form=form: form(table, level=LEVEL))  # type: ignore[misc]  # bound now
        attempt(lambda form=form: form(alone, level=LEVEL))  # type: ignore[misc]  # bound now
    for asked, share in table.shares.items():
        noted[asked[0]] = alone.shares[asked].size / share.size
    return noted


def _every(strata: Strata, protocol: Protocol) -> Iterator[Stratum]:
    """Yield every stratum in which exams of one patient are known to be together."""
    for finding in protocol.findings:
        for partition in strata.partitions:
            for stratum in strata.every(finding, partition):
                if stratum.counts.clusters is not None:
                    yield stratum
            yield from _within_sites(strata, finding, partition, protocol)


def _within_sites(
    strata: Strata, finding: Finding, partition: str | None, protocol: Protocol
) -> Iterator[Stratum]:
    """Yield the subgroups and intersections of each site, where there are several sites."""
    if len(strata.levels(finding, partition, SITE)) < 2:  # noqa: PLR2004  (one is the whole)
        return
    groups = [(subgroup.name,) for subgroup in protocol.subgroups]
    for names in [*groups, *protocol.intersections]:
        for stratum in strata.cross(finding, partition, (SITE, *names)):
            if stratum.counts.clusters is not None:
                yield stratum


def _same_exams(stratum: Stratum, left: Stratum) -> bool:
    """Say whether all exams of a stratum are told, so that its effect tells of no others."""
    ours, theirs = stratum.counts, left.counts
    return not theirs.hidden and (ours.all_positives, ours.all_negatives, ours.scored) == (
        theirs.all_positives,
        theirs.all_negatives,
        theirs.scored,
    )


def _rounded_up(effect: float) -> float:
    """Return the next twentieth, and never less than 1: less is taken for chance."""
    return max(1.0, math.ceil(round(effect * STEPS, 6)) / STEPS)


def pooled(
    tallies: Sequence[Tally], views: Sequence[View], levels: Mapping[str, tuple[str, ...]]
) -> dict[Place, dict[str, float]]:
    """Return the design effects: of each site as it states them, of all their mean by exams."""
    if len(levels[SITE]) == 1:
        return {p: dict(effects) for one in tallies for p, effects in one.effects.items()}
    found = {
        place: dict(effects)
        for one in tallies
        for place, effects in one.effects.items()
        if SITE in dict(place[2])
    }
    sums: dict[Place, dict[str, list[tuple[float, float]]]] = {}
    for place, effects in sorted(found.items()):
        finding, partition, by = place
        exams = _exams(views, levels, place)
        rest = tuple((name, level) for name, level in by if name != SITE)
        for metric, effect in effects.items():
            of_all = sums.setdefault((finding, partition, rest), {}).setdefault(metric, [])
            of_all.append((exams, effect))
    for place, metrics in sums.items():
        found[place] = {
            metric: round(sum(n * d for n, d in known) / sum(n for n, _ in known), 4)
            for metric, known in metrics.items()
        }
    return found


def _exams(views: Sequence[View], levels: Mapping[str, tuple[str, ...]], place: Place) -> float:
    """Return how many exams a stratum has, of which an effect is stated: at least one."""
    finding, partition, by = place
    needed = {name for name, _ in by} - {SITE}
    view = next(one for one in views if needed <= set(one.attributes))
    at = np.ones(len(view.cells), dtype=np.bool_)
    for name, level in (("finding", finding), ("partition", partition), *by):
        at &= view.cells.codes[name] == levels[name].index(level)
    return float(view.cells.exams[at].sum())
