"""Joining: cells and pairs of several tallies, one after the other."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from validation.tallies import Cells, Pairs
from validation.tallies.cells import sorted_codes


def concatenated(parts: Sequence[Cells]) -> Cells:
    """Return the cells of several parts, alike in what they keep, one after the other."""
    first = parts[0]
    return Cells(
        codes={n: np.concatenate([part.codes[n] for part in parts]) for n in first.codes},
        label=np.concatenate([part.label for part in parts]),
        score=np.concatenate([part.score for part in parts]),
        comparators={
            n: np.concatenate([part.comparators[n] for part in parts]) for n in first.comparators
        },
        readers={n: np.concatenate([part.readers[n] for part in parts]) for n in first.readers},
        exams=np.concatenate([part.exams for part in parts]),
        sums={n: np.concatenate([part.sums[n] for part in parts]) for n in first.sums},
    )


def pairs_of_all(found: Sequence[tuple[Cells, Pairs]], whole: Cells) -> Pairs:
    """Return the pairs of several tallies as pairs of the cells of the whole."""
    size = len(whole)
    stacked = np.vstack([_rows(whole), *(_rows(cells) for cells, _ in found)])
    _, ids = np.unique(stacked, axis=0, return_inverse=True)
    ids = ids.reshape(-1)
    place_of = np.empty(size, dtype=np.int64)
    place_of[ids[:size]] = np.arange(size)
    firsts, seconds, counts, start = [], [], [], size
    for cells, pairs in found:
        own = place_of[ids[start : start + len(cells)]]
        start += len(cells)
        firsts.append(np.minimum(own[pairs.first], own[pairs.second]))
        seconds.append(np.maximum(own[pairs.first], own[pairs.second]))
        counts.append(pairs.count)
    both = np.concatenate(firsts) * size + np.concatenate(seconds)
    known, place = np.unique(both, return_inverse=True)
    count = np.zeros(known.size, dtype=np.int64)
    np.add.at(count, place.reshape(-1), np.concatenate(counts))
    return Pairs(
        first=(known // max(size, 1)).astype(np.int32),
        second=(known % max(size, 1)).astype(np.int32),
        count=count,
    )


def _rows(cells: Cells) -> npt.NDArray[np.float64]:
    """Return what tells cells apart as rows of numbers; what has no score is below all."""
    keys = [cells.codes[name] for name in sorted_codes(cells.codes)] + [cells.label, cells.score]
    keys += [cells.comparators[name] for name in sorted(cells.comparators)]
    keys += [cells.readers[name] for name in sorted(cells.readers)]
    found = np.stack([np.asarray(key, dtype=np.float64) for key in keys], axis=1)
    return np.where(np.isnan(found), -np.inf, found) + 0.0
