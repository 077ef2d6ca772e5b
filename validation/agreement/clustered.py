"""Clustered: a stratum's exams under other labels or scores, with what patients tie together."""

from dataclasses import replace

import numpy as np

from validation.counts import Clusters, ScoreCounts, count_scores
from validation.strata import Stratum, as_if_alike, clusters_of
from validation.tallies.cells import WEIGHT, Cells


def count_again(stratum: Stratum, cells: Cells) -> ScoreCounts:
    """Return the counts of the exams of a stratum under other labels or scores.

    Exams of one patient stay together where the table says which they are, which it does of
    exams with a label of its own; design effects that were stated for the stratum are kept.

    Parameters
    ----------
    stratum : Stratum
    cells : Cells
        Those of `Stratum.joint`, one for one, with other labels or scores.
    """
    counts = replace(count_scores(cells), effects=stratum.counts.effects)
    clusters = _clusters(stratum, cells, counts)
    return replace(counts, clusters=clusters, effects={} if clusters else counts.effects)


def _clusters(stratum: Stratum, cells: Cells, counts: ScoreCounts) -> Clusters | None:
    """Return which of the exams that have a label now are of one patient; None if none are."""
    pairs = stratum.pairs
    if pairs is None:
        return None
    place = np.full(len(stratum.base.cells), -1)
    place[stratum.chosen] = np.where(cells.label >= 0, np.arange(len(cells)), -1)
    first, second = place[pairs.first], place[pairs.second]
    kept = (first >= 0) & (second >= 0)
    if not kept.any():
        return None
    first, second = first[kept], second[kept]
    mass = pairs.mass(kept, weighted=WEIGHT in cells.sums)
    edges = counts.scores
    at = np.where(np.isnan(cells.score), edges.size, np.searchsorted(edges, cells.score))
    slots = (cells.label * np.int32(edges.size + 1) + at).astype(np.int32)
    persons = as_if_alike(cells, cells.label[first], cells.label[second], mass)
    return clusters_of(edges, slots[first], slots[second], mass, persons=persons)
