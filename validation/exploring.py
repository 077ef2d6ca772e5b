"""Exploring: what an exploratory criterion's verdict is worth among all that were tried.

Whoever tries twenty criteria meets one by chance. Exploratory criteria never gate; each carries
its p value and the same adjusted for all exploratory criteria of the protocol.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from validation.criteria import CriterionVerdict, StratumVerdict, Verdict
from validation.multiplicity import benjamini_hochberg, of_several, smallest_level

Judge = Callable[[CriterionVerdict, StratumVerdict, float], Verdict]


def explore(
    found: Sequence[CriterionVerdict], judge_at: Judge, *, replicates: int
) -> tuple[CriterionVerdict, ...]:
    """Return the criteria, the exploratory ones with p, q and a word about it.

    Criteria for which the table has no exam were not tried and are not counted.

    Parameters
    ----------
    found : sequence of CriterionVerdict
    judge_at : callable
        The verdict of a criterion in one of its strata, at a two-sided confidence level.
    replicates : int
        Draws that an interval may rest on.
    """
    tried = [
        _with_p(one, judge_at, replicates=replicates) if one.exploratory else one for one in found
    ]
    ps = [one.p for one in tried if one.p is not None]
    of_strata = [place.p for one in tried for place in one.strata if place.p is not None]
    qs, strata_qs = iter(benjamini_hochberg(ps)), iter(benjamini_hochberg(of_strata))
    return tuple(
        one if one.p is None else _with_q(one, next(qs), strata_qs, tried=len(ps)) for one in tried
    )


def _with_p(one: CriterionVerdict, judge_at: Judge, *, replicates: int) -> CriterionVerdict:
    """Return a criterion with its p value and those of its strata."""
    strata = tuple(
        place
        if place.verdict is Verdict.NOT_ASSESSED
        else replace(
            place,
            p=smallest_level(
                lambda level, place=place: judge_at(one, place, level) is Verdict.MET,  # type: ignore[misc]  # bound now
                replicates=replicates,
            ),
        )
        for place in one.strata
    )
    ps = [place.p for place in strata if place.p is not None]
    return replace(one, strata=strata, p=of_several(ps, needs=one.needs) if ps else None)


def _with_q(
    one: CriterionVerdict, q: float, strata_qs: Iterator[float], *, tried: int
) -> CriterionVerdict:
    """Return a criterion with what its p value is worth among all."""
    strata = tuple(
        place if place.p is None else replace(place, q=next(strata_qs)) for place in one.strata
    )
    word = "criterion" if tried == 1 else "criteria"
    return replace(
        one,
        q=q,
        strata=strata,
        adjusted=f"Benjamini-Hochberg over {tried} exploratory {word}",
        because=f"{one.because}. Exploratory; q = {q:.2g}",
    )
