"""Assessment: every estimate and every verdict about one tally under one protocol. The one door.

What rests on what: strata stand for each partition apart; gaps, sites, comparisons, curves and
criteria rest on the partition that is the protocol's purpose, and on no other.
"""

from collections.abc import Iterable, Iterator

from validation.agreement.indeterminate import Indeterminate, indeterminate
from validation.agreement.reading import Agreement, agreement
from validation.assessment_documents import (
    SCHEMA,
    Accuracy,
    Assessment,
    StratumAssessment,
    digest,
    document,
    from_document,
)
from validation.casemix.reading import case_mix
from validation.cautions import accuracy_of, cautions
from validation.comparisons.contrasts import Contrast, contrast
from validation.comparisons.paired import Comparison, compare
from validation.criteria import CriterionVerdict
from validation.curves import draw
from validation.decisions import Decision, caution, decision, price_caution
from validation.errors import TallyError
from validation.fairness import (
    Gap,
    Shrunken,
    find_gaps,
    find_standardised_gaps,
    shrink_levels,
)
from validation.judging import judge_all
from validation.measures import measure
from validation.multiplicity import Multiplicity, looked_at
from validation.planning.reading import SampleSize, sample_sizes
from validation.protocols import measure_digest
from validation.protocols.crossings import crossed
from validation.protocols.shape import Finding, Partition, Protocol
from validation.sites.spread import Pooled, spread_between_sites
from validation.strata import SITE, Strata, Stratum
from validation.tallies import Tally

__all__ = [
    "ENGINE",
    "SCHEMA",
    "Accuracy",
    "Assessment",
    "StratumAssessment",
    "assess",
    "digest",
    "document",
    "from_document",
]

ENGINE = "cmr-validation/1"


def assess(tally: Tally, protocol: Protocol) -> Assessment:
    """Return every estimate and every verdict that a protocol asks of a tally.

    Parameters
    ----------
    tally : Tally
        Counts, made under this protocol or one with the same measure digest.
    protocol : Protocol
        The plan, with its operating points resolved.

    Raises
    ------
    TallyError
        When the tally was made under a protocol that measures otherwise.
    """
    expected = measure_digest(protocol)
    if tally.measure_digest != expected:
        msg = (
            f"The tally was made under measure digest {tally.measure_digest}, the protocol has "
            f"{expected}. Make the tally again from the table under this protocol."
        )
        raise TallyError(msg)
    strata = Strata(tally, protocol)
    assessed = tuple(
        _assess_stratum(stratum, protocol)
        for finding in protocol.findings
        for partition in strata.partitions
        for stratum in strata.every(finding, partition)
    )
    gaps, criteria = _all_gaps(strata, protocol), judge_all(strata, protocol)
    decisions = tuple(decision(stratum, protocol) for stratum in _figures(strata, protocol))
    return Assessment(
        engine=ENGINE,
        measure_digest=tally.measure_digest,
        table_digest=tally.table_digest,
        protocol_name=protocol.name,
        purpose=str(protocol.purpose),
        rows=tally.rows,
        strata=assessed,
        fairness=gaps,
        shrunken=_all_shrunken(strata, protocol),
        sites=_all_sites(strata, protocol),
        comparisons=_all_comparisons(strata, protocol),
        contrasts=_all_contrasts(strata, protocol),
        agreement=_all_agreement(strata, protocol),
        indeterminate=_all_indeterminate(strata, protocol),
        sample_size=_all_sizes(strata, protocol),
        case_mix=case_mix(strata, protocol),
        decisions=decisions,
        curves=tuple(draw(stratum, protocol) for stratum in _figures(strata, protocol)),
        criteria=criteria,
        multiplicity=_multiplicity(assessed, gaps, criteria, strata, protocol),
        accuracy=accuracy_of(tally, protocol, assessed),
        left_out=tally.left_out,
        periods=tally.periods,
        warnings=(*cautions(tally, strata, protocol, assessed), *_about_thresholds(decisions)),
    )


def _assess_stratum(stratum: Stratum, protocol: Protocol) -> StratumAssessment:
    counts, persons = stratum.counts, stratum.persons
    return StratumAssessment(
        by=dict(stratum.by),
        finding=stratum.finding.name,
        partition=stratum.partition,
        exams=counts.exams,
        patients=None if persons is None else persons.patients,
        repeated=None if persons is None else persons.repeated,
        positives=counts.all_positives,
        negatives=counts.all_negatives,
        unscored=counts.unscored,
        unlabelled=counts.unlabelled,
        indeterminate=counts.indeterminate,
        hidden=counts.hidden,
        estimates=measure(stratum, protocol, level=protocol.intervals.level),
    )


def _figures(strata: Strata, protocol: Protocol) -> list[Stratum]:
    """Return the strata of which curves and comparisons are made: overall and each site."""
    return [
        stratum
        for finding in protocol.findings
        for names in ((), (SITE,))
        for stratum in strata.cross(finding, strata.judged, names)
    ]


def _attributes(strata: Strata, protocol: Protocol, finding: Finding) -> list[str]:
    """Return the subgroups that the table has, and the declared crossings of them."""
    present = [
        subgroup.name
        for subgroup in protocol.subgroups
        if strata.levels(finding, strata.judged, subgroup.name)
    ]
    return [*present, *(crossed(g) for g in protocol.intersections if set(g) <= set(present))]


def _all_gaps(strata: Strata, protocol: Protocol) -> tuple[Gap, ...]:
    """Return the crude gaps of subgroups and crossings, and then those within the same sites."""
    crude = [
        gap
        for finding in protocol.findings
        for attribute in _attributes(strata, protocol, finding)
        for gap in find_gaps(strata, protocol, finding, attribute, by={})
    ]
    within_sites = [
        gap
        for finding in protocol.findings
        for attribute in _attributes(strata, protocol, finding)
        for gap in find_standardised_gaps(strata, protocol, finding, attribute)
    ]
    return (*crude, *within_sites)


def _all_shrunken(strata: Strata, protocol: Protocol) -> tuple[Shrunken, ...]:
    return tuple(
        one
        for finding in protocol.findings
        for attribute in _attributes(strata, protocol, finding)
        for one in shrink_levels(strata, protocol, finding, attribute)
    )


def _all_sites(strata: Strata, protocol: Protocol) -> tuple[Pooled, ...]:
    """Return the spread between sites; generalization is judged on external testing only."""
    if protocol.purpose is not Partition.EXTERNAL_TESTING:
        return ()
    return tuple(
        one
        for finding in protocol.findings
        for one in spread_between_sites(strata, protocol, finding)
    )


def _all_comparisons(strata: Strata, protocol: Protocol) -> tuple[Comparison, ...]:
    return tuple(
        entry
        for stratum in _figures(strata, protocol)
        for comparator in protocol.comparators
        for entry in compare(stratum, protocol, comparator)
    )


def _multiplicity(
    assessed: tuple[StratumAssessment, ...],
    gaps: tuple[Gap, ...],
    criteria: tuple[CriterionVerdict, ...],
    strata: Strata,
    protocol: Protocol,
) -> Multiplicity:
    """Return how many strata, groups, gaps and criteria are shown."""
    judged = [one for one in assessed if one.partition == strata.judged]
    return looked_at(
        criteria,
        strata=len(judged),
        groups=sum(bool(set(one.by) - {SITE}) for one in judged),
        gaps=sum(gap.value is not None for gap in gaps),
        level=protocol.intervals.level,
    )


def _all_contrasts(strata: Strata, protocol: Protocol) -> tuple[Contrast, ...]:
    """Return the test of all versions at once, where there are several comparators."""
    if len(protocol.comparators) < 2:  # noqa: PLR2004 one comparator is compared already
        return ()
    return tuple(contrast(stratum, protocol) for stratum in _figures(strata, protocol))


def _all_agreement(strata: Strata, protocol: Protocol) -> tuple[Agreement, ...]:
    """Return how far readers agree, overall and per site, where there are several."""
    if len(protocol.readers) < 2:  # noqa: PLR2004 one reader agrees with nobody
        return ()
    return tuple(agreement(stratum, protocol) for stratum in _figures(strata, protocol))


def _about_thresholds(decisions: Iterable[Decision]) -> Iterator[str]:
    """Yield a sentence for each finding whose costs ask for another threshold or other odds."""
    overall = [one for one in decisions if not one.by]
    said = (form(one) for one in overall for form in (caution, price_caution))
    return (sentence for sentence in said if sentence is not None)


def _all_indeterminate(strata: Strata, protocol: Protocol) -> tuple[Indeterminate, ...]:
    """Return the best and the worst case, overall and per site, where answers are missing."""
    found = (indeterminate(stratum) for stratum in _figures(strata, protocol))
    return tuple(one for one in found if one is not None)


def _all_sizes(strata: Strata, protocol: Protocol) -> tuple[SampleSize, ...]:
    """Return how many exams precise answers need, overall and per site."""
    return tuple(
        entry for stratum in _figures(strata, protocol) for entry in sample_sizes(stratum, protocol)
    )
