"""Corners: what one site may tell of one finding and partition, by every view that is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from validation.errors import TallyError
from validation.federation.crossing import groups_of, overall_of, reveals
from validation.federation.earlier import CLASSES, exams_sent, levels_sent, part_of
from validation.federation.margins import OTHER
from validation.federation.partitions import tellable
from validation.federation.scores import Corner, merged, within
from validation.tallies import INDETERMINATE, UNLABELLED, Cells, Tally, Withheld
from validation.tallies.cells import gathered
from validation.tallies.content import Place

Array = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What one corner tells: cells by attributes, what is hidden, what is withheld."""

    cells: Mapping[tuple[str, ...], Cells]
    hidden: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    withheld: tuple[Withheld, ...] = ()


def corners_of(
    tally: Tally,
    hard: Mapping[str, tuple[float, ...]],
    registered: Mapping[str, tuple[float, ...]],
    earlier: Sequence[Tally],
) -> list[Corner]:
    """Return the corners of a lean tally, in order."""
    cells = tally.base.cells
    keys = np.stack([cells.codes[name] for name in ("finding", "partition", "site")], axis=1)
    found = []
    for key in np.unique(keys, axis=0):
        names = ("finding", "partition", "site")
        finding, partition, site = (
            tally.levels[name][code] for name, code in zip(names, key, strict=True)
        )
        where = (finding, partition, site)
        found.append(
            Corner(
                where=where,
                cells=cells.where((keys == key).all(axis=1)),
                levels=tally.levels,
                hard=hard.get(finding, hard.get("", ())),
                registered=registered.get(finding, registered.get("", ())),
                grid=tally.base.grid,
                before=tuple(
                    one for one in (part_of(e, where) for e in earlier) if one is not None
                ),
            )
        )
    return found


def tell(corner: Corner, wanted: Sequence[tuple[str, ...]], *, minimum: int) -> Told:
    """Return what a corner tells by each of some attributes, overall first."""
    cells, hidden = _without_hidden(corner, minimum=minimum)
    told: dict[tuple[str, ...], Cells] = {}
    joins: dict[str, npt.NDArray[np.int32]] = {}
    silent: dict[tuple[str, ...], tuple[str, ...]] = {}
    withheld: list[Withheld] = []

    def note(attributes: tuple[str, ...], what: str) -> None:
        finding, partition, site = corner.where
        withheld.append(
            Withheld(
                finding=finding, partition=partition, site=site, attributes=attributes, what=what
            )
        )

    for attributes in wanted:
        if not attributes:
            told[()] = merged(corner, _project(cells, (), {}), (), minimum=minimum) or _none(cells)
            continue
        if len(attributes) == 1:
            name = attributes[0]
            joins[name] = _joining(corner, cells, name, minimum=minimum)
            if bool((joins[name] != np.arange(joins[name].size)).any()):
                note(attributes, "joined")
        if any(
            name not in joins
            or _is_one(cells, name, joins)
            or (len(attributes) > 1 and (name,) not in told)
            for name in attributes
        ):
            note(attributes, "withheld")
            continue
        found = _project(cells, attributes, joins)
        found, unsaid = _without_small_rest(corner, found, attributes, minimum=minimum)
        coarser = [told[()], *(told[(name,)] for name in attributes if len(attributes) > 1)]
        made = merged(corner, within(found, coarser), attributes, minimum=minimum)
        if made is None or any(
            reveals(cells, joins, made, attributes, told[other], other, minimum=minimum)
            for other in told
            if other
        ):
            note(attributes, "withheld")
            continue
        told[attributes], silent[attributes] = made, unsaid
    told[()] = overall_of(cells, joins, told, minimum=minimum)
    return Told(
        cells=told,
        hidden=_places(corner, hidden, silent, told),
        withheld=tuple(withheld),
    )


def _none(cells: Cells) -> Cells:
    return _project(cells.where(np.zeros(0, dtype=np.intp)), (), {})


def _without_hidden(corner: Corner, *, minimum: int) -> tuple[Cells, tuple[str, ...]]:
    """Return the exams of which there are enough to be told at all, and what there is not.

    Raises
    ------
    TallyError
        When a class differs by too few exams from what was sent earlier.
    """
    cells = corner.cells
    scored = ~np.isnan(cells.score)
    keep = np.ones(len(cells), dtype=np.bool_)
    hidden = []
    for label, word in CLASSES.items():
        of_class = cells.label == label
        total = int(cells.exams[of_class & scored].sum())
        if not bool(tellable(np.array([total]), minimum)[0]):
            hidden.append(word)
            keep &= ~of_class
            continue
        for one in corner.before:
            before = exams_sent(one, label)
            if before is not None and 0 < abs(total - before) < minimum:
                raise TallyError(_too_near(corner, word, minimum))
    for word, labels in (("unscored", (1, 0)), ("unlabelled", (UNLABELLED, INDETERMINATE))):
        of_word = np.isin(cells.label, labels) & ~scored & keep
        totals = [int(cells.exams[of_word & (cells.label == label)].sum()) for label in labels]
        before_now = [
            (total, before)
            for one in corner.before
            for total, label in zip(totals, labels, strict=True)
            if (before := exams_sent(one, label, scored=False)) is not None
        ]
        differ = [total - before for total, before in before_now]
        if not bool(tellable(np.array([*totals, *differ]), minimum).all()):
            hidden.append(word)
            keep &= ~of_word
    return cells.where(keep), tuple(hidden)


def _too_near(corner: Corner, word: str, minimum: int) -> str:
    """Return the refusal where whoever has both tallies could tell a few exams apart."""
    where = ", ".join(part for part in corner.where if part) or "the table"
    return (
        f"the {word} of {where} differ by fewer than {minimum} exams from a tally sent earlier: "
        "whoever has both could tell these few. Send the earlier tally again, or wait until "
        f"{minimum} more are there."
    )


def _project(
    cells: Cells, attributes: tuple[str, ...], joins: Mapping[str, npt.NDArray[np.int32]]
) -> Cells:
    """Return the cells by some attributes alone, levels that are joined as one."""
    codes = {name: cells.codes[name] for name in ("finding", "partition", "site")}
    codes |= {name: joins[name][cells.codes[name]] for name in attributes}
    return gathered(replace(cells, codes=codes))


def _joining(corner: Corner, cells: Cells, name: str, *, minimum: int) -> npt.NDArray[np.int32]:
    """Return for each level the level it is told as: itself, or "other".

    A level joins "other" where one of its classes is too few, or differs by too few from what was
    sent earlier; then, until "other" is told itself, the level with the fewest exams does.
    """
    levels = corner.levels[name]
    other = levels.index(OTHER)
    totals = np.zeros((len(levels), 2), dtype=np.int64)
    scored = ~np.isnan(cells.score)
    for column, label in enumerate(CLASSES):
        chosen = scored & (cells.label == label)
        np.add.at(totals[:, column], cells.codes[name][chosen], cells.exams[chosen])
    sizes = np.bincount(cells.codes[name], weights=cells.exams, minlength=len(levels))
    small = ~tellable(totals, minimum).all(axis=1) | ~totals.any(axis=1)
    if name == "severity":
        small &= np.array([level != "" for level in levels])
    for one in corner.before:
        small |= ~_matches(one, name, levels, totals, minimum=minimum)
    small &= sizes > 0
    small[other] = sizes[other] > 0
    order = [int(i) for i in np.lexsort((np.arange(len(levels)), sizes)) if sizes[i] > 0]
    while small.any() and not _other_is_told(corner, name, totals, small, minimum=minimum):
        rest = [i for i in order if not small[i]]
        if not rest:
            break
        small[rest[0]] = True
    return np.where(small, other, np.arange(len(levels))).astype(np.int32)


def _matches(
    before: Tally, name: str, levels: tuple[str, ...], totals: Array, *, minimum: int
) -> npt.NDArray[np.bool_]:
    """Return which levels were told earlier, by no count that is too near."""
    known = levels_sent(before, name)
    if known is None:
        return np.ones(len(levels), dtype=np.bool_)
    return np.array(
        [
            level in known and bool(tellable(totals[place] - np.array(known[level]), minimum).all())
            for place, level in enumerate(levels)
        ]
    )


def _other_is_told(
    corner: Corner, name: str, totals: Array, joined: npt.NDArray[np.bool_], *, minimum: int
) -> bool:
    """Say whether all that is joined is enough, by itself and beside what was sent earlier."""
    together = totals[joined].sum(axis=0)
    if not bool(tellable(together, minimum).all()):
        return False
    kept = {level for level, is_in in zip(corner.levels[name], joined, strict=True) if not is_in}
    for one in corner.before:
        known = levels_sent(one, name)
        if known is not None:
            before = np.array([known[k] for k in known if k not in kept]).reshape(-1, 2).sum(axis=0)
            if not bool(tellable(together - before, minimum).all()):
                return False
    return True


def _is_one(cells: Cells, name: str, joins: Mapping[str, npt.NDArray[np.int32]]) -> bool:
    """Say whether all exams are told as one level, so that an attribute tells nothing."""
    return np.unique(joins[name][cells.codes[name]]).size < 2  # noqa: PLR2004  (one is not two)


def _without_small_rest(
    corner: Corner, found: Cells, attributes: tuple[str, ...], *, minimum: int
) -> tuple[Cells, tuple[str, ...]]:
    """Return the cells without those exams, unscored or unlabelled, too few in some level."""
    group, size = groups_of(found, attributes)
    keep = np.ones(len(found), dtype=np.bool_)
    unsaid = []
    for word, labels in (("unscored", (1, 0)), ("unlabelled", (UNLABELLED, INDETERMINATE))):
        of_word = np.isin(found.label, labels) & np.isnan(found.score)
        totals = np.zeros((size, 2), dtype=np.int64)
        for column, label in enumerate(labels):
            chosen = of_word & (found.label == label)
            np.add.at(totals[:, column], group[chosen], found.exams[chosen])
        # Beside a tally sent earlier they are told overall alone.
        if bool(totals.any()) and (corner.before or not bool(tellable(totals, minimum).all())):
            unsaid.append(word)
            keep &= ~of_word
    return found.where(keep), tuple(unsaid)


def _places(
    corner: Corner,
    hidden: tuple[str, ...],
    silent: Mapping[tuple[str, ...], tuple[str, ...]],
    told: Mapping[tuple[str, ...], Cells],
) -> dict[Place, tuple[str, ...]]:
    """Return what is hidden of the site as a whole and of every level that is told."""
    finding, partition, site = corner.where
    places: dict[Place, tuple[str, ...]] = {}
    for attributes, cells in told.items():
        words = tuple(sorted({*hidden, *silent.get(attributes, ())}))
        if not words:
            continue
        keys = {
            tuple((name, corner.levels[name][cells.codes[name][i]]) for name in attributes)
            for i in range(len(cells))
        } if attributes else {()}  # fmt: skip
        for key in keys:
            by = tuple(sorted([*key, *([("site", site)] if site else [])]))
            places[finding, partition, by] = words
    return places
