"""Comparing: every gap between the levels of an attribute, or of several crossed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from validation.fairness.decisions import gaps_of_decisions
from validation.fairness.gaps import Gap, Level
from validation.fairness.scores import gaps_of_scores
from validation.fairness.standardised import standardised_gaps
from validation.fairness.within import Within
from validation.measures import decide
from validation.protocols.crossings import crossed, parts_of
from validation.protocols.shape import Finding, Protocol
from validation.strata import SITE, Strata, Stratum


def levels_of(
    strata: Strata,
    protocol: Protocol,
    finding: Finding,
    attribute: str,
    *,
    by: Mapping[str, str],
) -> Iterator[tuple[str, Stratum]]:
    """Yield the levels of an attribute, or of a crossing, that occur within the stratum `by`."""
    names = parts_of(attribute, protocol)
    for whole in strata.cross(finding, strata.judged, names):
        of_whole = dict(whole.by)
        stratum = strata.find(finding, strata.judged, {**by, **of_whole}) if by else whole
        if stratum is not None:
            yield crossed([of_whole[name] for name in names]), stratum


def find_gaps(
    strata: Strata,
    protocol: Protocol,
    finding: Finding,
    attribute: str,
    *,
    by: Mapping[str, str],
) -> list[Gap]:
    """Return every crude gap between the levels of an attribute, within the stratum `by`.

    `attribute` is a subgroup, or a declared intersection: "sex × age_band".
    """
    levels = _levels(strata, protocol, finding, attribute, by=by)
    empty = _empty(strata, protocol, finding, attribute, by=by)
    return [
        *gaps_of_decisions(levels, protocol, empty=empty),
        *gaps_of_scores(levels, protocol, empty=empty),
    ]


def find_standardised_gaps(
    strata: Strata, protocol: Protocol, finding: Finding, attribute: str
) -> list[Gap]:
    """Return every gap between the levels of an attribute within the same sites.

    The levels' numbers are averages over sites with common weights. There is none where the
    table has no sites.
    """
    sites = strata.levels(finding, strata.judged, SITE)
    if not sites:
        return []

    def find(site: str, level: Level) -> Stratum | None:
        return strata.find(finding, strata.judged, {SITE: site, **dict(level.stratum.by)})

    within = Within(sites=sites, find=find, minimum_cell=strata.tally.minimum_cell)
    levels = _levels(strata, protocol, finding, attribute, by={})
    empty = _empty(strata, protocol, finding, attribute, by={})
    empty = replace(empty, basis="site-standardised")
    return [
        *standardised_gaps(levels, within, protocol, empty=empty),
        *gaps_of_scores(levels, protocol, empty=empty, within=within),
    ]


def _levels(
    strata: Strata, protocol: Protocol, finding: Finding, attribute: str, *, by: Mapping[str, str]
) -> list[Level]:
    """Return the levels with their decisions."""
    found = []
    for name, stratum in levels_of(strata, protocol, finding, attribute, by=by):
        decided = decide(stratum, protocol)
        found.append(
            Level(
                name=name,
                stratum=stratum,
                table=None if decided is None else decided.table,
                draws=None if decided is None else decided.draws,
            )
        )
    return found


def _empty(
    strata: Strata, protocol: Protocol, finding: Finding, attribute: str, *, by: Mapping[str, str]
) -> Gap:
    """Return a gap that is not yet measured."""
    return Gap(
        by=dict(by),
        finding=finding.name,
        attribute=attribute,
        metric="",
        partition=strata.judged,
        level=protocol.intervals.level,
    )
