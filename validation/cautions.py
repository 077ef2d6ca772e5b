"""Cautions: what a reader must be told before any number of an assessment."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from validation.assessment_documents import Accuracy, StratumAssessment
from validation.estimates import Estimate
from validation.protocols.shape import Protocol, Sampling
from validation.spelling import listed
from validation.strata import Strata
from validation.tallies import Tally

NAMED: Final = 5  # reasons named in a sentence before it says "and others"
UNSELECTED: Final = (Sampling.CONSECUTIVE, Sampling.RANDOM)
BALANCED: Final = 100  # exams from which on classes of the very same size are no chance finding


def accuracy_of(
    tally: Tally, protocol: Protocol, assessed: Sequence[StratumAssessment]
) -> Accuracy:
    """Return what the numbers leave out: how scores were merged, and how exams were counted."""
    bounds = [one.estimates.get("auroc", Estimate(value=None)).error_bound for one in assessed]
    said = [_of_patients(tally)]
    if protocol.columns.weight is not None:
        said.append(
            "exams count by their sampling weights; exams and events are printed as they are"
        )
    return Accuracy(
        grid=tally.grid,
        auroc_error_bound=max((bound for bound in bounds if bound is not None), default=0.0),
        intervals="; ".join(part for part in said if part) or None,
    )


def _repeated(tally: Tally) -> int:
    """Count the patients with several exams, over all partitions."""
    return sum(
        persons.repeated
        for (finding, _, by), persons in tally.persons.items()
        if not by and not finding
    )


def _of_patients(tally: Tally) -> str | None:
    """Return how patients with several exams were counted; None where there are none."""
    repeated = _repeated(tally)
    several = f"{repeated:,} {_have(repeated)} several exams" if repeated else ""
    if tally.effects and tally.pairs is None:
        return "; ".join(filter(None, ("approximate: design effects stated by the sites", several)))
    if not repeated:
        return None
    if tally.pairs is not None:
        return f"exams of one patient vary together; {several}"
    return f"exams treated as independent; {several}"


def _have(patients: int) -> str:
    return "patient has" if patients == 1 else "patients have"


def cautions(
    tally: Tally, strata: Strata, protocol: Protocol, assessed: Sequence[StratumAssessment]
) -> tuple[str, ...]:
    """Return what a reader must be told before any number, a sentence or two each."""
    overall = [one for one in assessed if not one.by]
    return (
        *_about_patients(tally, protocol),
        *_about_partitions(strata),
        *(said for one in overall for said in _about_exams(one, protocol)),
        *(said for one in overall for said in _about_prevalence(one, protocol)),
        *_about_left_out(tally),
        *_about_hidden(tally, assessed),
        *_about_sites(tally),
    )


def _about_patients(tally: Tally, protocol: Protocol) -> list[str]:
    """Return what to say where the patients' exams could not be counted together."""
    if protocol.columns.patient is None:
        return [
            (
                "The protocol declares no patient column: whether patients have several exams is "
                "not known, and exams are treated as independent."
            )
        ]
    repeated = _repeated(tally)
    if tally.pairs is not None or not (repeated or tally.effects):
        return []
    several = f"{repeated:,} {_have(repeated)} several exams"
    if tally.effects:
        who = several if repeated else "Patients have several exams"
        return [
            (
                f"Intervals are approximate: design effects stated by the sites. {who}, and which "
                "exams these are stayed with the sites; intervals are widened where a site states "
                "by how much, and narrower than they should be elsewhere."
            )
        ]
    return [
        (
            f"{several}, and exams are treated as independent: the intervals are narrower than "
            "they should be."
        )
    ]


def _about_partitions(strata: Strata) -> list[str]:
    """Return what to say where nothing is there to judge on."""
    if strata.judged is None or strata.judged in strata.partitions:
        return []
    present = ", ".join(str(partition) for partition in strata.partitions)
    return [
        (
            f"The table holds no exam for {strata.judged}, on which this protocol judges; "
            f"it holds: {present}."
        )
    ]


def _about_exams(one: StratumAssessment, protocol: Protocol) -> list[str]:
    """Return what to say of exams that lack something, in one finding and partition."""
    where = ", ".join(word for word in (one.finding, one.partition) if word)
    place = f" ({where})" if where else ""
    found = []
    if one.unscored:
        found.append(
            f"{one.unscored:,} of {one.exams:,} exams have no score{place}; as deployed "
            f"they count as {protocol.operating_point.unscored}."
        )
    if one.unlabelled:
        found.append(
            f"{one.unlabelled:,} of {one.exams:,} exams have no label{place}; they enter no metric."
        )
    if one.indeterminate:
        found.append(
            f"On {one.indeterminate:,} of {one.exams:,} exams the reference standard gave no "
            f"answer{place}; they enter no metric, as if they did not occur."
        )
    return found


def _about_prevalence(one: StratumAssessment, protocol: Protocol) -> list[str]:
    """Return what to say where the exams seem not to be those that the protocol describes."""
    if protocol.columns.weight is not None or protocol.sampling not in UNSELECTED:
        return []
    where = ", ".join(word for word in (one.finding, one.partition) if word)
    place = f" ({where})" if where else ""
    labelled = one.positives + one.negatives
    if one.positives == one.negatives and labelled >= BALANCED:
        return [
            (
                f"As many positives as negatives, {one.positives:,} each{place}: the table looks "
                f"as if it had been balanced, and the protocol calls the sampling "
                f"{protocol.sampling}."
            )
        ]
    finding = next(of for of in protocol.findings if of.name == one.finding)
    known = finding.population
    found = one.estimates.get("prevalence")
    if known is None or known.range is None or found is None or found.low is None:
        return []
    if found.high is not None and (found.low > known.range[1] or found.high < known.range[0]):
        return [
            (
                f"The prevalence observed{place}, {found.low:.0%} to {found.high:.0%}, lies "
                f"outside the range stated of the population, {known.range[0]:.0%} to "
                f"{known.range[1]:.0%}: what depends on prevalence does not carry over."
            )
        ]
    return []


def _about_left_out(tally: Tally) -> list[str]:
    """Return how many exams are in no number, and why."""
    reasons: Counter[str] = Counter()
    for one in tally.left_out:
        reasons[one.because] += one.exams
    if not reasons:
        return []
    named = [f"{because} ({n:,})" for because, n in sorted(reasons.items(), key=_most_first)]
    others = " and others" if len(named) > NAMED else ""
    total = sum(reasons.values())
    return [f"{total:,} exams are left out of every number: {', '.join(named[:NAMED])}{others}."]


def _most_first(reason: tuple[str, int]) -> tuple[int, str]:
    return -reason[1], reason[0]


def _about_hidden(tally: Tally, assessed: Sequence[StratumAssessment]) -> list[str]:
    """Return what to say where too few exams were there to be told."""
    hiding = sum(bool(one.hidden) for one in assessed)
    if not hiding:
        return []
    strata = "stratum hides" if hiding == 1 else "strata hide"
    return [
        (
            f"{hiding:,} {strata} counts below {tally.minimum_cell}: what rests on them is "
            "undefined there, and the exams are in no number of it."
        )
    ]


def _about_sites(tally: Tally) -> list[str]:
    """Return what to say where sites did not answer, or not in full."""
    found = []
    if tally.absent:
        found.append(f"Expected and not there: {listed(list(tally.absent))}.")
    for what, told in (("withheld", "told nothing by"), ("joined", "told some levels together of")):
        of_site: dict[str, list[str]] = {}
        for one in tally.withheld:
            if one.what == what:
                name = " and ".join(one.attributes)
                known = of_site.setdefault(one.site or "The site", [])
                known += [name] * (name not in known)
        alike: dict[str, list[str]] = {}
        for site, names in sorted(of_site.items()):
            alike.setdefault(listed(names), []).append(site)
        found += [
            f"{_sites(sites)} {told} {names}, because too few exams would have been told."
            for names, sites in alike.items()
        ]
    return found


def _sites(names: Sequence[str]) -> str:
    """Return the sites by name, or how many they are where they are many."""
    return " and ".join(names) if len(names) <= 2 else f"{len(names):,} sites"  # noqa: PLR2004 a pair is named
