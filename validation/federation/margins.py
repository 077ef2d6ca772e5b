"""Margins: what of a tally may be told beside its cells, and its cells without what may not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.tallies import Cells, LeftOut, Period, Persons, Tally, View
from validation.tallies.cells import SCALES, SCORE, SCORE_SQUARED, WEIGHT, gathered
from validation.tallies.content import EXACT, Place
from validation.tallies.grids import COARSE, FINE, coarsened, edges

MOST_UNITS: Final = 1000  # more score cells than that are first counted on the coarser grid
OTHER: Final = "other"
MANTISSA: Final = 32  # how many steps a doubling of a rank score has


def lean(tally: Tally, registered: Mapping[str, tuple[float, ...]]) -> Tally:
    """Return the tally's last view alone: on a grid, without comparators, readers and pairs.

    The edges of the grid do not depend on the data, so that no edge is anybody's score. Every
    attribute has the level "other" last, as yet without an exam, and exams without a label lose
    their score.
    """
    cells = tally.base.cells
    grid = tally.base.grid
    score = np.where(cells.label >= 0, cells.score, np.nan)
    if grid == EXACT:
        grid = FINE if np.unique(score[~np.isnan(score)]).size <= MOST_UNITS else COARSE
        cells = replace(cells, sums={**sums_of_scores(replace(cells, score=score)), **cells.sums})
        score = _on_grid(replace(cells, score=score), tally.levels["finding"], registered, grid)
    found = gathered(
        Cells(
            codes=cells.codes,
            label=cells.label,
            score=score,
            exams=cells.exams,
            sums=cells.sums,
        )
    )
    levels = {
        name: known if name in {"finding", "partition", "site"} or OTHER in known
        else (*known, OTHER)
        for name, known in tally.levels.items()
    }  # fmt: skip
    view = View(attributes=tally.base.attributes, grid=grid, cells=found)
    return replace(tally, levels=levels, views=(view,), persons={}, pairs=None)


def sums_of_scores(cells: Cells) -> dict[str, npt.NDArray[np.int64]]:
    """Return the sums of exact scores and of their squares in fixed point."""
    none = np.isnan(cells.score)
    plain = np.where(none, 0.0, cells.score)
    weight = cells.amount(WEIGHT)
    scale = 2.0 ** SCALES[SCORE]
    if WEIGHT in cells.sums:
        return {
            SCORE: np.rint(weight * plain * scale).astype(np.int64),
            SCORE_SQUARED: np.rint(weight * plain**2 * scale).astype(np.int64),
        }
    return {
        SCORE: cells.exams * np.rint(plain * scale).astype(np.int64),
        SCORE_SQUARED: cells.exams * np.rint(plain**2 * scale).astype(np.int64),
    }


def _on_grid(
    cells: Cells, findings: tuple[str, ...], registered: Mapping[str, tuple[float, ...]], grid: str
) -> npt.NDArray[np.float64]:
    """Return the lower edge of each cell's place on a grid with its finding's thresholds."""
    score = cells.score.copy()
    for code, finding in enumerate(findings):
        at = np.flatnonzero((cells.codes["finding"] == code) & ~np.isnan(cells.score))
        thresholds = registered.get(finding, registered.get("", ()))
        values = cells.score[at]
        if values.size and (values.min() < 0 or values.max() > 1):
            lower = np.unique(np.concatenate([_lattice(values), thresholds]))
        else:
            lower = np.unique(edges(grid, thresholds).lower)
        score[at] = coarsened(values, lower)
    return score


def _lattice(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return for each score the highest number not above it of 32 steps to a doubling."""
    part, power = np.frexp(values)
    return np.asarray(np.ldexp(np.floor(part * 2 * MANTISSA) / (2 * MANTISSA), power))


def told_persons(
    tally: Tally, hidden: Mapping[Place, tuple[str, ...]], *, minimum: int
) -> dict[Place, Persons]:
    """Return the patients of whole sites, where neither they nor what follows is too few.

    From patients and exams follows how many exams are beyond the first, from patients with
    either class how many have both: each of these must be 0 or at least the minimum, too.
    """
    told: dict[Place, Persons] = {}
    for place, persons in tally.persons.items():
        finding, partition, by = place
        if {name for name, _ in by} - {"site"} or _touches(hidden, place):
            continue
        exams = _exams(tally, finding, partition, by)
        counts = [persons.patients, persons.repeated, exams - persons.patients,
                  persons.patients - persons.repeated]  # fmt: skip
        up, down = persons.with_positives, persons.with_negatives
        if up is not None and down is not None:
            counts += [up, down, persons.patients - up, persons.patients - down]
            counts += [up + down - persons.patients]
        if all(count == 0 or abs(count) >= minimum for count in counts):
            told[place] = persons
    return told


def _touches(hidden: Mapping[Place, tuple[str, ...]], place: Place) -> bool:
    """Say whether anything is hidden of the exams that a place counts, under any finding."""
    finding, partition, by = place
    return any(
        of == partition and (not finding or one == finding) and (not by or not site or site == by)
        for one, of, levels in hidden
        for site in [tuple(pair for pair in levels if pair[0] == "site")]
    )


def _exams(tally: Tally, finding: str, partition: str, by: tuple[tuple[str, str], ...]) -> int:
    """Count the exams of a place; under the finding "" those of the finding that has most."""
    cells = tally.base.cells
    chosen = cells.codes["partition"] == tally.levels["partition"].index(partition)
    for name, level in by:
        chosen &= cells.codes[name] == tally.levels[name].index(level)
    codes = cells.codes["finding"][chosen]
    totals = np.bincount(codes, weights=cells.exams[chosen], minlength=1)
    if finding:
        return int(totals[tally.levels["finding"].index(finding)])
    return int(totals.max())


def told_left_out(tally: Tally, *, minimum: int) -> tuple[tuple[LeftOut, ...], bool]:
    """Return the reasons for which enough exams were left out, and whether those are all."""
    kept = tuple(one for one in tally.left_out if one.exams >= minimum)
    return kept, len(kept) == len(tally.left_out)


def told_periods(tally: Tally) -> tuple[Period, ...]:
    """Return the periods widened to whole years: a day would be that of somebody's exam."""
    return tuple(
        replace(one, first=f"{one.first[:4]}-01-01", last=f"{one.last[:4]}-12-31")
        for one in tally.periods
    )
