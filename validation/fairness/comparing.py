"""Comparing: every gap between the levels of an attribute, or of several crossed."""

from collections.abc import Iterator, Mapping

from validation.fairness.decisions import gaps_of_decisions
from validation.fairness.gaps import Gap, Level
from validation.fairness.scores import gaps_of_scores
from validation.fairness.standardised import standardised_gaps
from validation.hidden import hidden_by
from validation.measures import Decided, decide
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
    """Return every gap between the levels of a subgroup within the same sites; none without sites.

    The levels' rates are averages over sites with common weights.
    """
    sites = strata.levels(finding, strata.judged, SITE)
    if not sites:
        return []
    levels = _levels(strata, protocol, finding, attribute, by={})
    per_site: dict[str, dict[str, Decided]] = {site: {} for site in sites}
    for site, found in per_site.items():
        for one in levels:
            by = {SITE: site, **dict(one.stratum.by)}
            stratum = strata.find(finding, strata.judged, by)
            if stratum is None or hidden_by("flag_rate", stratum) is not None:
                continue
            decided = decide(stratum, protocol)
            if decided is not None:
                found[one.name] = decided
    empty = _empty(strata, protocol, finding, attribute, by={})
    return standardised_gaps(levels, per_site, protocol, empty=empty)


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
