"""Persons: how many patients each stratum has, and what their exams show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.tallies import Cells, Persons
from validation.tallies.cells import SEVERITY
from validation.tallies.content import Place

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """Some rows with all the exams of their patients, and every pair of them.

    Attributes
    ----------
    cell, patient : int array, shape (n,)
        The cell of each row, and whose it is, from 0 on.
    one, other : int array, shape (p,)
        The rows of each pair, the earlier first.
    weight, exam : array, shape (n,), or None
        Where rows are weighted; where several may be of one exam.
    """

    cell: Whole
    patient: Whole
    one: Whole
    other: Whole
    weight: npt.NDArray[np.float64] | None
    exam: Whole | None


class Tables:
    """Patients per stratum, summed over parts.

    Most patients' exams share all attributes. Such a patient is counted once, under that
    combination, and only those who stand in several are looked at stratum by stratum.
    """

    def __init__(
        self,
        cells: Cells,
        levels: Mapping[str, tuple[str, ...]],
        margins: Sequence[tuple[str, ...]],
    ) -> None:
        self._levels, self._cells = levels, cells
        findings: list[tuple[str, ...]] = [("finding", "partition")]
        if len(levels["finding"]) > 1:  # once more, whatever the finding
            findings.append(("partition",))
        self._keys = [(*head, *margin) for head in findings for margin in margins]
        if SEVERITY in levels:  # the positives of a level stand beside all negatives
            met = np.unique(cells.codes[SEVERITY])  # others stand on exams without the finding
            grave = [levels[SEVERITY][code] for code in met if levels[SEVERITY][code]]
            self._keys += [(*head, f"{SEVERITY}={level}") for head in findings for level in grave]
        self._sizes = {key: [len(levels[name]) for name in _named(key)] for key in self._keys}
        self._found = {
            key: np.zeros((4, int(np.prod(self._sizes[key]))), dtype=np.int64) for key in self._keys
        }
        scored = ~np.isnan(cells.score)
        self._classes = [scored & (cells.label == label) for label in (1, 0)]
        self._first_of_run, self._run = self._runs()
        self._alike = np.zeros((4, self._first_of_run.size), dtype=np.int64)

    def _runs(self) -> tuple[Whole, Whole]:
        """Return a cell of each combination of attributes, and the combination of each cell."""
        run = np.zeros(len(self._cells), dtype=np.int64)
        for codes in self._cells.codes.values():
            _, run = np.unique(run * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)
        _, first = np.unique(run, return_index=True)
        return np.asarray(first, dtype=np.int64), np.asarray(run, dtype=np.int64)

    def _inside(self, key: tuple[str, ...]) -> Mask | None:
        """Return which cells a count is of, where it is not of all."""
        name, _, level = key[-1].partition("=")
        if not level:
            return None
        code = self._levels[name].index(level)
        return np.asarray((self._cells.codes[name] == code) | (self._cells.label == 0))

    def _code(self, key: tuple[str, ...], cells: Whole) -> Whole:
        """Return for some cells their combination of levels as one number."""
        code = np.zeros(cells.size, dtype=np.int64)
        for name, size in zip(_named(key), self._sizes[key], strict=True):
            code = code * size + self._cells.codes[name][cells]
        return code

    def add(self, part: Part) -> None:
        """Count the patients of a part."""
        run = self._run[part.cell]
        mixed = np.zeros(int(part.patient.max(initial=-1)) + 1, dtype=np.bool_)
        if SEVERITY in self._levels or len(self._levels["finding"]) > 1:
            mixed[:] = True
        mixed[part.patient[part.one[run[part.one] != run[part.other]]]] = True
        self._add_alike(part, run, ~mixed)
        if mixed.any():
            self._add_mixed(_chosen(part, mixed[part.patient]))

    def _add_alike(self, part: Part, run: Whole, chosen: Mask) -> None:
        """Count the patients all of whose exams share all attributes."""
        size, runs = chosen.size, self._first_of_run.size
        run_of = np.zeros(size, dtype=np.int64)
        run_of[part.patient] = run
        exams = np.bincount(part.patient, minlength=size)
        seen = [chosen, chosen & (exams > 1)]
        for of_class in self._classes:
            having = np.zeros(size, dtype=np.bool_)
            having[part.patient[of_class[part.cell]]] = True
            seen.append(chosen & having)
        for place, patients in enumerate(seen):
            self._alike[place] += np.bincount(run_of[patients], minlength=runs)

    def _add_mixed(self, part: Part) -> None:
        """Count the others, stratum by stratum."""
        for key in self._keys:
            code = self._code(key, part.cell)
            counted = np.ones(code.size, dtype=np.bool_)
            of_class = [chosen[part.cell] for chosen in self._classes]
            inside = self._inside(key)
            if inside is not None:
                within = inside[part.cell]
                counted = within
                of_class = [chosen & within for chosen in of_class]
            together = np.flatnonzero(code[part.one] == code[part.other])
            one, other = part.one[together], part.other[together]
            found, size = self._found[key], self._found[key].shape[1]
            for place, chosen in ((0, counted), (2, of_class[0]), (3, of_class[1])):
                both = chosen[one] & chosen[other]
                again = np.zeros(code.size, dtype=np.bool_)
                again[other[both]] = True
                found[place] += np.bincount(code[chosen & ~again], minlength=size)
                if place == 0:  # the first row of whom several exams are of is in such a pair
                    several = np.zeros(code.size, dtype=np.bool_)
                    if part.exam is not None:
                        both &= part.exam[one] != part.exam[other]
                    several[one[both]] = True
                    found[1] += np.bincount(code[several & chosen & ~again], minlength=size)

    def add_alone(self, cell: Whole, patients: Whole) -> None:
        """Count patients of one exam, so many in each of some cells."""
        for key in self._keys:
            code, inside = self._code(key, cell), self._inside(key)
            within = np.ones(cell.size, dtype=np.bool_) if inside is None else inside[cell]
            of_class = [within & chosen[cell] for chosen in self._classes]
            for place, chosen in ((0, within), (2, of_class[0]), (3, of_class[1])):
                np.add.at(self._found[key][place], code[chosen], patients[chosen])

    def persons(self) -> dict[Place, Persons]:
        """Return the patients of every stratum that has any."""
        persons: dict[Place, Persons] = {}
        for key in self._keys:
            found = self._found[key]
            if self._alike.any():
                code = self._code(key, self._first_of_run)
                for row in range(4):
                    np.add.at(found[row], code, self._alike[row])
            for combined in np.flatnonzero(found[0]):
                place = self._place(key, int(combined))
                counted = [int(n) for n in found[:, combined]]
                persons[place] = Persons(
                    patients=counted[0],
                    repeated=counted[1],
                    with_positives=counted[2],
                    with_negatives=counted[3],
                )
        return persons

    def _place(self, key: tuple[str, ...], combined: int) -> Place:
        named: dict[str, str] = {}
        for name, size in zip(_named(key)[::-1], self._sizes[key][::-1], strict=True):
            combined, code = divmod(combined, size)
            named[name] = self._levels[name][code]
        name, _, level = key[-1].partition("=")
        if level:
            named[name] = level
        finding, partition = named.pop("finding", ""), named.pop("partition")
        return finding, partition, tuple(sorted(named.items()))


def _named(key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the attributes of a key that are told apart by their code."""
    return tuple(name for name in key if "=" not in name)


def _chosen(part: Part, mask: Mask) -> Part:
    """Return the rows of some patients, with their pairs."""
    place = np.cumsum(mask) - 1
    kept = mask[part.one]
    return Part(
        cell=part.cell[mask],
        patient=part.patient[mask],
        one=place[part.one[kept]],
        other=place[part.other[kept]],
        weight=None,  # nobody asks for it any more
        exam=None if part.exam is None else part.exam[mask],
    )
