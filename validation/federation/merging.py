"""Merging: the tallies of several sites as one, the same in whatever order they come.

Where nothing was hidden and all are on one grid, what comes out is what the rows of all sites
together would have given. Else scores are brought to the coarsest grid and, by each view, to the
edges that all sites have: merging coarsens, and never guesses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from validation.errors import TallyError
from validation.federation.effects import pooled
from validation.federation.joining import concatenated, pairs_of_all
from validation.federation.margins import OTHER, sums_of_scores
from validation.tallies import MISSING, Cells, Pairs, Persons, Tally, View, Withheld
from validation.tallies.cells import SCORE, gathered
from validation.tallies.content import Place
from validation.tallies.grids import RESOLUTION, coarsened, edges

Named = Sequence[tuple[str, Tally]]
PLACES = ("finding", "partition", "site")


def merge(named: Named, *, expected: Sequence[str] = ()) -> Tally:
    """Return the tallies of several sites as one.

    Parameters
    ----------
    named : sequence of (str, Tally)
        What each is called in messages, such as its file, and the tally.
    expected : sequence of str
        Sites that should have answered; those that did not are in the tally's `absent`.

    Raises
    ------
    TallyError
        When none is given, they were made under different measured plans, a site is in two of
        them, or they cannot be brought to one grid.
    """
    if not named:
        raise TallyError("there is no tally to merge. Name at least one.")
    _require_one_plan(named)
    _require_each_site_once(named)
    tallies = sorted((tally for _, tally in named), key=lambda one: one.digest)
    levels = _levels(tallies)
    thresholds = {name: cuts for one in tallies for name, cuts in sorted(one.thresholds.items())}
    wanted = _structure(tallies)
    parts = [[_part(one, view, levels, thresholds) for one in tallies] for view in wanted]
    views = tuple(
        _view(wanted[i], found, hides=any(one.minimum_cell > 1 for one in tallies))
        for i, found in enumerate(parts)
    )
    withheld = tuple(
        sorted(
            {entry for one in tallies for entry in one.withheld},
            key=lambda w: (w.site, w.finding, w.partition, w.attributes, w.what),
        )
    )
    hidden = _hidden(tallies) | pooled_hidden(withheld, views, levels, _hidden(tallies))
    sites = set(levels["site"])
    absent = {*expected, *(site for one in tallies for site in one.absent)} - sites
    rows = [one.rows for one in tallies]
    return Tally(
        measure_digest=tallies[0].measure_digest,
        table_digest=_table_digest(tallies),
        rows=None if None in rows else sum(n for n in rows if n is not None),
        levels=levels,
        views=views,
        persons=_persons(tallies),
        pairs=_pairs(tallies, parts[-1], views[-1].cells),
        effects=pooled(tallies, views, levels),
        hidden=hidden,
        minimum_cell=max(one.minimum_cell for one in tallies),
        left_out=tuple(sorted((o for one in tallies for o in one.left_out), key=str)),
        periods=tuple(sorted((p for one in tallies for p in one.periods), key=str)),
        producer="; ".join(sorted({p for one in tallies for p in one.producer.split("; ") if p})),
        thresholds=thresholds,
        withheld=withheld,
        absent=tuple(sorted(absent)),
    )


def _require_one_plan(named: Named) -> None:
    first, one = named[0]
    for name, other in named[1:]:
        if other.measure_digest != one.measure_digest:
            raise TallyError(
                f"{name} was made under another measured plan than {first}: its columns, findings, "
                "thresholds, subgroups or grid differ, so that its cells do not fit. Have it made "
                "again under the same protocol."
            )


def _require_each_site_once(named: Named) -> None:
    seen: dict[str, str] = {}
    for name, tally in named:
        for site in tally.levels["site"]:
            if site in seen:
                what = f"The site “{site}”" if site else "A site without a name"
                raise TallyError(
                    f"{what} is in {seen[site]} and in {name}: its exams would count twice. Leave "
                    "one of them out, or name the sites (cmr tally --site)."
                )
            seen[site] = name


def _levels(tallies: Sequence[Tally]) -> dict[str, tuple[str, ...]]:
    """Return all levels of each attribute: bands by their numbers, else by name, the rest last."""
    names = dict.fromkeys(name for one in tallies for name in one.levels)
    found = {}
    for name in (*PLACES, *sorted(set(names).difference(PLACES))):
        every = {level for one in tallies for level in one.levels.get(name, ())}
        plain = every - {MISSING, OTHER}
        starts = {level: _number(level) for level in plain}
        numbers = {level: start for level, start in starts.items() if start is not None}
        if len(numbers) == len(plain) and all(" to " in level for level in plain):
            ordered = sorted(plain, key=lambda level: (numbers[level], level))
        else:
            ordered = sorted(plain)
        found[name] = (*ordered, *(rest for rest in (MISSING, OTHER) if rest in every))
    return found


def _number(level: str) -> float | None:
    try:
        return float(level.split(" to ", maxsplit=1)[0])
    except ValueError:
        return None


def _structure(tallies: Sequence[Tally]) -> list[tuple[tuple[str, ...], str]]:
    """Return the attributes and the grid of each view of the whole."""
    hiding = [one for one in tallies if one.minimum_cell > 1]
    if hiding:
        every = {view.attributes for one in hiding for view in one.views}
        shapes = sorted(every, key=lambda attributes: (len(attributes), attributes))
    else:
        coarsest = max(tallies, key=lambda one: (RESOLUTION[one.base.grid], len(one.views)))
        shapes = [view.attributes for view in coarsest.views]
    found = []
    for place, attributes in enumerate(shapes):
        grids = [view.grid for one in tallies if (view := _source(one, attributes, place, shapes))]
        found.append((attributes, max(grids, key=lambda grid: RESOLUTION[grid])))
    return found


def _source(
    tally: Tally, attributes: tuple[str, ...], place: int, shapes: Sequence[tuple[str, ...]]
) -> View | None:
    """Return the view of a tally from which a view of the whole is made, None if it tells none."""
    if [view.attributes for view in tally.views] == list(shapes):
        return tally.views[place]
    if tally.minimum_cell > 1:
        return next((v for v in tally.views if v.attributes == attributes), None)
    if place == len(shapes) - 1:
        return tally.base
    return next((v for v in tally.views if set(attributes) <= set(v.attributes)), None)


def _part(
    tally: Tally,
    wanted: tuple[tuple[str, ...], str],
    levels: Mapping[str, tuple[str, ...]],
    thresholds: Mapping[str, tuple[float, ...]],
) -> Cells | None:
    """Return a tally's cells by some attributes on a grid, with the codes of the whole."""
    attributes, grid = wanted
    view = next((v for v in tally.views if v.attributes == attributes), None)
    if view is None and tally.minimum_cell == 1:
        view = next((v for v in tally.views if set(attributes) <= set(v.attributes)), None)
    if view is None:
        return None
    cells, codes = view.cells, {}
    for name in (*PLACES, *attributes):
        place = {level: code for code, level in enumerate(levels[name])}
        known = np.array([place[level] for level in tally.levels[name]], dtype=np.int32)
        codes[name] = known[cells.codes[name]]
    cells = replace(cells, codes=codes)
    return cells if view.grid == grid else _on_grid(cells, levels, thresholds, view.grid, grid)


def _on_grid(
    cells: Cells,
    levels: Mapping[str, tuple[str, ...]],
    thresholds: Mapping[str, tuple[float, ...]],
    old: str,
    grid: str,
) -> Cells:
    """Return the cells with their scores on a coarser grid.

    Raises
    ------
    TallyError
        When the registered thresholds are not known, or comparators would have to be coarsened.
    """
    if not thresholds or cells.comparators:
        why = "they keep comparators" if cells.comparators else "none says where thresholds lie"
        raise TallyError(
            f"the tallies are on different grids ({old} and {grid}) and {why}. Make them again "
            'with cmr tally under a protocol that says [cells] grid = "dyadic".'
        )
    score = cells.score.copy()
    for code, finding in enumerate(levels["finding"]):
        at = (cells.codes["finding"] == code) & ~np.isnan(score)
        lower = np.unique(edges(grid, thresholds.get(finding, thresholds.get("", ()))).lower)
        score[at] = coarsened(score[at], lower)
    sums = cells.sums if SCORE in cells.sums else {**sums_of_scores(cells), **cells.sums}
    return replace(cells, score=score, sums=sums)


def _view(
    wanted: tuple[tuple[str, ...], str], parts: Sequence[Cells | None], *, hides: bool
) -> View:
    """Return one view of the whole."""
    found = [cells for cells in parts if cells is not None]
    if hides:
        found = [replace(cells, comparators={}, readers={}) for cells in found]
    if any(SCORE in cells.sums for cells in found):
        found = [
            cells if SCORE in cells.sums
            else replace(cells, sums={**sums_of_scores(cells), **cells.sums})
            for cells in found
        ]  # fmt: skip
    cells = concatenated(found)
    return View(attributes=wanted[0], grid=wanted[1], cells=gathered(cells))


def _hidden(tallies: Sequence[Tally]) -> dict[Place, tuple[str, ...]]:
    found: dict[Place, set[str]] = {}
    for one in tallies:
        for place, words in one.hidden.items():
            found.setdefault(place, set()).update(words)
    return {place: tuple(sorted(words)) for place, words in found.items()}


def pooled_hidden(
    withheld: Sequence[Withheld],
    views: Sequence[View],
    levels: Mapping[str, tuple[str, ...]],
    hidden: Mapping[Place, tuple[str, ...]],
) -> dict[Place, tuple[str, ...]]:
    """Return what is hidden of all sites together because one withheld its exams by attributes."""
    found: dict[Place, tuple[str, ...]] = {}
    silent = {(w.attributes, w.finding, w.partition) for w in withheld if w.what == "withheld"}
    for attributes, finding, partition in silent:
        view = next((v for v in views if v.attributes == attributes), None)
        if view is None:
            continue
        codes = np.stack([view.cells.codes[name] for name in attributes], axis=1)
        for key in np.unique(codes, axis=0):
            by = tuple(
                sorted((n, levels[n][code]) for n, code in zip(attributes, key, strict=True))
            )
            place = (finding, partition, by)
            found[place] = tuple(sorted({*hidden.get(place, ()), "negatives", "positives"}))
    return found


def _persons(tallies: Sequence[Tally]) -> dict[Place, Persons]:
    """Return the patients: of each site as it told them, of all where all told them."""
    hides = any(one.minimum_cell > 1 for one in tallies)
    places = sorted({place for one in tallies for place in one.persons})
    found = {}
    for place in places:
        told = [one.persons[place] for one in tallies if place in one.persons]
        of_site = any(name == "site" for name, _ in place[2])
        if not of_site and hides and (place[2] or len(told) < len(tallies)):
            continue
        found[place] = Persons(
            patients=sum(one.patients for one in told),
            repeated=sum(one.repeated for one in told),
            with_positives=_sum([one.with_positives for one in told]),
            with_negatives=_sum([one.with_negatives for one in told]),
        )
    return found


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _pairs(tallies: Sequence[Tally], parts: Sequence[Cells | None], whole: Cells) -> Pairs | None:
    """Return the pairs of all, if every tally has them."""
    if any(one.pairs is None for one in tallies) or any(part is None for part in parts):
        return None
    found = [
        (cells, one.pairs)
        for one, cells in zip(tallies, parts, strict=True)
        if cells is not None and one.pairs is not None
    ]
    return pairs_of_all(found, whole)


def _table_digest(tallies: Sequence[Tally]) -> str:
    """Return the digests of all tables combined by exclusive or: no order, no grouping."""
    total = 0
    for one in tallies:
        total ^= int(one.table_digest.removeprefix("sha256:"), 16)
    return f"sha256:{total:064x}"
