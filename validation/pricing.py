"""Pricing: costs and net benefit judged at every prevalence that counts."""

from collections.abc import Mapping

from validation.criteria import Bound, Verdict, judge
from validation.measures import among_prevalences
from validation.protocols.shape import Criterion, Protocol
from validation.strata import SITE, Strata, Stratum
from validation.sufficiency import weigh

NAMED = 4  # prevalences named in a sentence before it says "and 3 more"


def over_prevalences(
    criterion: Criterion,
    stratum: Stratum,
    here: tuple[Verdict, str],
    *,
    strata: Strata,
    protocol: Protocol,
) -> tuple[Verdict, str]:
    """Return the verdict of a cost or net benefit, which must hold at every prevalence that counts.

    It is linear in the prevalence, so that the ends of the population's range speak for all
    that lies between.
    """
    verdict, because = here
    population = stratum.finding.population
    if verdict is not Verdict.INSUFFICIENT and population is None:
        return Verdict.INSUFFICIENT, f"{because}; the protocol declares no population"
    if population is None:
        return here
    prevalences = _prevalences(stratum, strata)
    low, high = population.range or (population.prevalence, population.prevalence)
    prevalences |= {f"prevalence {p:g}": p for p in (low, population.prevalence, high)}
    bound = Bound(at_least=criterion.at_least, at_most=criterion.at_most)
    metric = criterion.metric.removesuffix("_at_prevalence")
    found = {}
    for name, estimate in among_prevalences(
        metric, stratum, protocol, prevalences, level=protocol.intervals.level
    ).items():
        measured = weigh(metric, estimate, stratum.counts, protocol)
        found[name] = judge(measured, bound)[0]
    every = {verdict, *found.values()}
    where = f"at every prevalence from {low:g} to {high:g}"
    if len(every) == 1:
        return verdict, f"{because}, and so {where}"
    listed = _listed_verdicts(found, verdict)
    nowhere = "" if Verdict.MET in every else "; met nowhere"
    return (
        Verdict.INSUFFICIENT,
        f"depends on prevalence: {verdict} as observed ({because}), but {listed}{nowhere}",
    )


def _listed_verdicts(found: Mapping[str, Verdict], usual: Verdict) -> str:
    """Return where the verdict is another than usual, the first few by name."""
    differing = [f"{other} at {name}" for name, other in found.items() if other is not usual]
    more = f" and {len(differing) - NAMED} more" if len(differing) > NAMED else ""
    return ", ".join(differing[:NAMED]) + more


def _prevalences(stratum: Stratum, strata: Strata) -> dict[str, float]:
    """Return the observed prevalence of the stratum and of each site it spans."""
    found = {}
    if stratum.counts.labelled:
        found["the observed prevalence"] = _prevalence(stratum)
    if SITE not in dict(stratum.by):
        for level in strata.levels(stratum.finding, stratum.partition, SITE):
            by = {**dict(stratum.by), SITE: level}
            site = strata.find(stratum.finding, stratum.partition, by)
            if site is not None and site.counts.all_positives and site.counts.all_negatives:
                found[f"{level}'s prevalence"] = _prevalence(site)
    return {name: share for name, share in found.items() if 0 < share < 1}


def _prevalence(stratum: Stratum) -> float:
    """Return the share of positives among labelled exams, by their weights where they have some."""
    negatives, positives = (float(mass.sum()) for mass in stratum.counts.by_label)
    return positives / (positives + negatives)
