"""The views of a tally by grouped SQL: what `reduction` adds up in arrays, for engines elsewhere.

The engine puts each row into its cell and adds up the cells; only cells come here. Every amount is
a whole number before it is added, and the cells are put into their order here, so that the tally is
that of `reduction` to the last bit.
"""

# ruff: noqa: S608  (every name in the SQL is ours)

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validation.engines.cells import AT_ONCE, TextRows
from validation.engines.cube import refuse_overflow
from validation.engines.kin import related
from validation.engines.reduction import (
    USUAL,
    Layout,
    Reduced,
    Tell,
    all_excluded,
    costs_by_finding,
    layouts,
    margins_of,
    pruned,
    sums_of,
)
from validation.engines.scores import Scale
from validation.engines.session import Session
from validation.engines.spark_kin import Families
from validation.engines.spark_scores import lowered, number
from validation.errors import TableError
from validation.protocols.shape import Protocol
from validation.tallies import Cells, Pairs, Persons, View
from validation.tallies.cells import (
    ALARM,
    ALARM_SQUARED,
    MISS,
    MISS_SQUARED,
    SCALES,
    SCORE,
    SCORE_SQUARED,
    SEVERITY,
    WEIGHT,
    WEIGHT_SQUARED,
    located,
    sorted_codes,
)
from validation.tallies.content import EXACT, Place
from validation.tallies.grids import RANK

Whole = npt.NDArray[np.int64]

MOST_ROWS = 1 << 32  # of which the sums of scores certainly fit into 64 bits


def reduce_grouped(
    session: Session,
    rows: TextRows,
    protocol: Protocol,
    tell: Tell,
    *,
    exact: int = USUAL.exact,
    within_sites: bool = False,
) -> Reduced:
    """Return the views, pairs and patients of some rows, grouped by the engine of a session.

    Parameters
    ----------
    session : Session
    rows : TextRows
        Of the session's loaded and checked table.
    protocol : Protocol
    tell : callable
        Called with the share that is done, in [0, 1].
    exact : int
        Rows of which every distinct score is kept, where the protocol does not say.
    within_sites : bool
        Whether patients are counted by subgroup within each site, too.

    Raises
    ------
    TableError
        When every row is left out, there are too many rows, or amounts are too large to be added.
    """
    found = layouts(protocol, rows.levels, rows.total, exact=exact)
    grouped = _Grouped(session, rows, protocol, sums_of(protocol, found[-1]))
    grouped.refuse_sums()
    views: list[View] = []
    keys, keyed = np.zeros(0, dtype=np.int64), ""
    for done, layout in enumerate(found):
        tell(done / (len(found) + 1))
        view, keys, keyed = grouped.view(layout)
        views.append(view)
    pairs: Pairs | None = None
    persons: dict[Place, Persons] = {}
    if protocol.columns.patient is not None:
        tell(len(found) / (len(found) + 1))
        order = np.argsort(keys)
        ascending = keys[order]

        def locate(key: Whole) -> Whole:
            return np.asarray(order[np.searchsorted(ascending, key)], dtype=np.int64)

        families = Families(
            session, keyed, weighted=protocol.columns.weight is not None,
            names_exams=len(protocol.findings) > 1,
        )  # fmt: skip
        families.refuse_crowds()
        alone, patients = families.alone()
        pairs, persons = related(
            families, views[-1].cells, locate, rows.levels,
            margins_of(protocol, within_sites=within_sites),
            alone=(locate(alone), patients),
        )  # fmt: skip
    levels, views = pruned(views, rows.levels)
    return Reduced(levels=levels, views=tuple(views), pairs=pairs, persons=persons)


class _Grouped:
    """The rows that count, as SQL, and the questions for their cells."""

    def __init__(
        self, session: Session, rows: TextRows, protocol: Protocol, sums: tuple[str, ...]
    ) -> None:
        self._session, self._protocol = session, protocol
        self._levels, self._places = rows.levels, rows.places
        self._sums = {name: f"s{index}" for index, name in enumerate(sorted(sums))}
        self._readers = {one.name: f"r{index}" for index, one in enumerate(protocol.readers)}
        self._comparators = {
            one.name: f"k{index}" for index, one in enumerate(protocol.comparators)
        }
        if rows.total > MOST_ROWS:
            raise TableError(
                f"the table has {rows.total:,} rows, and sums are exact up to {MOST_ROWS:,}.",
                remedy="Cut it by site, make a tally of each part, and merge them.",
            )
        self._rows = " UNION ALL ".join(self._flat(code, sql) for code, sql in rows.questions())

    def _flat(self, code: int | None, question: str) -> str:
        """Return the rows of one question with all that their cells are told apart by."""
        columns = self._protocol.columns
        picked = ["label", "score", *self._comparators.values(), *self._readers.values()]
        for name, place in self._places.items():
            meant = place
            if name == "finding" and code is not None:
                meant = str(code)
            elif name == SEVERITY:  # how grave it is says nothing of an exam without the finding
                nothing = self._levels[SEVERITY].index("")
                meant = f"CASE WHEN label = 1 THEN {place} ELSE {nothing} END"
            picked.append(f"{meant} AS {place}")
        finding = self._places["finding"] if code is None else str(code)
        amounts = self._amounts(finding)
        picked += [f"{amounts[name]} AS {short}" for name, short in self._sums.items()]
        if columns.patient is not None:
            picked += ["patient", "exam"]
        if columns.weight is not None:
            picked.append("weight")
        return f"SELECT {', '.join(picked)} FROM ({question})"

    def _amounts(self, finding: str) -> dict[str, str]:
        """Return what a row brings to each sum, in its units and not yet whole."""
        columns, found = self._protocol.columns, dict[str, str]()
        score, weight = "coalesce(score, 0e0)", "weight" if columns.weight is not None else "1e0"
        found[SCORE] = f"{score} * {weight}"
        found[SCORE_SQUARED] = f"{score} * {score} * {weight}"
        found[WEIGHT], found[WEIGHT_SQUARED] = "weight", "weight * weight"
        for label, declared, error, plain, squared in (
            (1, "cost_of_miss", "false_negative", MISS, MISS_SQUARED),
            (0, "cost_of_alarm", "false_positive", ALARM, ALARM_SQUARED),
        ):
            cost = declared
            if getattr(columns, declared) is None:
                usual = costs_by_finding(self._protocol, self._levels, error)
                cases = [f"WHEN {code} THEN {number(one)}" for code, one in enumerate(usual)]
                cost = f"CASE {finding} {' '.join(cases)} END"
            of_class = f"CASE WHEN label = {label} THEN coalesce({cost}, 0e0) ELSE 0e0 END"
            found[plain] = f"({of_class} * {weight})"
            found[squared] = f"{found[plain]} * {found[plain]}"
        return {
            name: f"round_even(({amount}) * {number(1 << SCALES[name])}, 0)"
            for name, amount in found.items()
        }

    def refuse_sums(self) -> None:
        """Refuse weights and costs that are too large to be added; scores never are."""
        if self._protocol.columns.weight is None and MISS not in self._sums:
            return
        asked = ", ".join(f"max({short}), sum({short})" for short in self._sums.values())
        for most in self._session.ask(f"SELECT {asked} FROM ({self._rows})")[0]:
            refuse_overflow(float(most or 0.0))

    def _names(self, layout: Layout) -> list[str]:
        return sorted_codes(dict.fromkeys(["finding", "partition", "site", *layout.attributes]))

    def view(self, layout: Layout) -> tuple[View, Whole, str]:
        """Return one view, and for the last the key of each cell and the keyed rows as SQL."""
        readers = list(self._readers.values()) if layout.is_last else []
        plain = [*(self._places[name] for name in self._names(layout)), "label", *readers]
        scales = {self._comparators[name]: one for name, one in layout.comparators.items()}
        scored = {"score": layout.scale, **scales}
        placed = [f"{lowered(scale, short)} AS cell_{short}" for short, scale in scored.items()]
        rest = list(self._sums.values())
        keeps_places = layout.is_last and self._protocol.columns.patient is not None
        if keeps_places:
            weight = "1e0" if self._protocol.columns.weight is None else "weight"
            rest += ["patient", "exam", f"{weight} AS weight"]
        rows = f"SELECT {', '.join([*plain, *placed, *rest])} FROM ({self._rows})"
        grouped = [*plain, *(f"cell_{short}" for short in scored)]
        salt = 0
        while True:
            key = key_of(plain, list(scored), salt) if keeps_places else "0"
            keyed = f"SELECT {key} AS key, patient, exam, weight FROM ({rows})"
            cells, keys = self._collected(layout, rows, grouped, key)
            if not keeps_places or np.unique(keys).size == keys.size:
                grid = EXACT if self._keeps_all(scored) else layout.scale.grid
                view = View(attributes=layout.attributes, grid=grid, cells=cells)
                return view, keys, keyed
            salt += 1

    def _keeps_all(self, scored: Mapping[str, Scale]) -> bool:
        """Tell whether every score that only ranks is the one its cell begins at."""
        if {scale.grid for scale in scored.values()} != {RANK}:
            return False
        lost = " OR ".join(f"{lowered(scale, short)} <> {short}" for short, scale in scored.items())
        found = self._session.ask(f"SELECT count(*) FROM ({self._rows}) WHERE {lost}")
        return int(found[0][0]) == 0

    def _collected(
        self, layout: Layout, rows: str, grouped: list[str], key: str
    ) -> tuple[Cells, Whole]:
        """Return the cells of some rows in canonical order, and the key of each."""
        sums = [f"CAST(sum(CAST({s} AS BIGINT)) AS BIGINT) AS {s}" for s in self._sums.values()]
        picked = ", ".join([*grouped, *sums, "count(*) AS exams", f"{key} AS key"])
        asked = f"SELECT {picked} FROM ({rows}) GROUP BY {', '.join(grouped)}"
        batches = list(self._session.batches(asked, AT_ONCE))
        if not sum(batch.num_rows for batch in batches):
            raise all_excluded(self._protocol)
        found = pa.Table.from_batches(batches)

        def whole(name: str) -> Whole:
            return np.asarray(found.column(name).to_numpy().astype(np.int64))

        def score(short: str) -> npt.NDArray[np.float64]:
            values = found.column(f"cell_{short}").to_numpy(zero_copy_only=False)
            return np.asarray(values, dtype=np.float64)

        readers = self._readers if layout.is_last else {}
        cells, places = located(
            Cells(
                codes={
                    name: whole(self._places[name]).astype(np.int32) for name in self._names(layout)
                },
                label=whole("label").astype(np.int8),
                score=score("score"),
                comparators={name: score(self._comparators[name]) for name in layout.comparators},
                readers={name: whole(short).astype(np.int8) for name, short in readers.items()},
                exams=whole("exams"),
                sums={name: whole(short) for name, short in self._sums.items()},
            )
        )
        keys = np.zeros(len(cells), dtype=np.int64)
        keys[places] = whole("key")
        return cells, keys


def key_of(plain: list[str], scored: list[str], salt: int) -> str:
    """Return the SQL of a whole number by which a cell is known again, in 64 bits.

    That two cells have the same is not likely, and found out: then another salt is taken.
    """
    parts = [str(salt), *plain]
    for short in scored:
        parts += [f"coalesce(cell_{short}, 0e0)", f"cell_{short} IS NULL"]
    return f"hash({', '.join(parts)})"
