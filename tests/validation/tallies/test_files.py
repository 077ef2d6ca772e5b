"""Tests of tallies as files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.tallies import comparators, make_protocol, make_tally, subgroups
from validation.errors import TallyError
from validation.tallies import (
    INDETERMINATE,
    UNLABELLED,
    Cells,
    LeftOut,
    Pairs,
    Period,
    Persons,
    Tally,
    View,
    in_order,
)
from validation.tallies.cells import SCALES
from validation.tallies.files import is_tally, read, write

PROTOCOL = make_protocol(subgroups=subgroups("sex"), comparators=comparators(old=0.5))
SCORES = st.one_of(st.none(), st.floats(0, 1))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from([0, 1, None]),
            "score": SCORES,
            "old": SCORES,
            "site": st.sampled_from(["Lübeck", "Kiel"]),
            "sex": st.sampled_from(["F", "M", None]),
        }
    ),
    min_size=1,
    max_size=30,
)


def tally(rows: Sequence[dict[str, Any]] = ()) -> Tally:
    """Return a small tally."""
    return make_tally(rows or [{"label": 1, "score": 0.5, "old": None, "site": "Kiel"}], PROTOCOL)


class TestRoundTrip:
    """Writing and reading."""

    @settings(max_examples=40, deadline=None)
    @given(rows=ROWS)
    def test_comes_back(self, rows: list[dict[str, Any]]) -> None:
        """Whatever was counted comes back with the same digest and the same bytes."""
        made = tally(rows)
        back = read(write(made))
        assert back.digest == made.digest
        assert (back.rows, back.levels, back.persons) == (made.rows, made.levels, made.persons)
        assert write(back) == write(made)

    @settings(max_examples=40, deadline=None)
    @given(rows=ROWS, seed=st.integers(0, 1000))
    def test_order_of_cells_does_not_count(self, rows: list[dict[str, Any]], seed: int) -> None:
        """The digest is that of the cells in canonical order."""
        made = tally(rows)
        order = np.random.default_rng(seed).permutation(len(rows))
        assert tally([rows[index] for index in order]).digest == made.digest

    def test_content_changes_the_digest(self) -> None:
        """One exam more is another tally."""
        row = {"label": 1, "score": 0.5, "site": "Kiel"}
        assert tally([row]).digest != tally([row, row]).digest


def whole(data: st.DataObject) -> Tally:
    """Return a tally in which everything is that a tally can hold."""
    names = st.sampled_from(["", "Lübeck", "a, “b”", "c:d"])
    place = st.tuples(names, names, st.sampled_from([(), (("sex", "F"),), (("a", "b"), ("c", ""))]))
    views = tuple(
        View(attributes=("sex",), grid=grid, cells=drawn_cells(data, kept, size))
        for grid, kept, size in (
            ("dyadic-5632", False, data.draw(st.integers(0, 4))),
            ("dyadic-704", True, data.draw(st.integers(0, 5))),
        )
    )
    pairs = data.draw(st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(1, 2**62)), max_size=4))
    optional = st.one_of(st.none(), st.integers(0, 9))
    persons = st.builds(
        Persons,
        patients=st.integers(1, 9),
        repeated=st.integers(0, 9),
        with_positives=optional,
        with_negatives=optional,
    )
    effects = st.dictionaries(st.sampled_from(["auroc", "sensitivity"]), st.floats(0.1, 50))
    return Tally(
        measure_digest="sha256:m",
        table_digest="sha256:t",
        rows=data.draw(st.one_of(st.none(), st.integers(0, 10**12))),
        levels=dict.fromkeys(CODES, ("x", "y", "not recorded")),
        views=views,
        persons=data.draw(st.dictionaries(place, persons, max_size=3)),
        pairs=data.draw(st.sampled_from([None, pairs_of(pairs)])),
        effects=data.draw(st.dictionaries(place, effects, max_size=3)),
        hidden=data.draw(st.dictionaries(place, st.just(("positives", "unscored")), max_size=3)),
        minimum_cell=data.draw(st.integers(1, 10)),
        left_out=tuple(
            LeftOut(finding=f, partition=p, site=s, because=why, exams=n)
            for f, p, s, why, n in data.draw(
                st.lists(st.tuples(names, names, names, names, st.integers(1, 9)), max_size=3)
            )
        ),
        periods=tuple(
            Period(partition=p, site=s, first="1999-01-01", last="2026-03-29")
            for p, s in data.draw(st.lists(st.tuples(names, names), max_size=3))
        ),
        producer="test/1",
    )


CODES = ("finding", "partition", "site", "sex")
NUMBERS = st.integers(0, 2**31 - 1)


def drawn_cells(data: st.DataObject, kept: bool, size: int) -> Cells:
    """Return cells of drawn numbers, with comparators and readers or without."""

    def numbers(values: st.SearchStrategy[Any], kind: type[np.generic]) -> Any:  # noqa: ANN401  (an array)
        return np.array(data.draw(st.lists(values, min_size=size, max_size=size)), dtype=kind)

    scores = st.one_of(st.just(float("nan")), st.floats(allow_nan=False, allow_infinity=False))
    calls = st.sampled_from([0, 1, UNLABELLED])
    return Cells(
        codes={name: numbers(st.integers(0, 2), np.int32) for name in CODES},
        label=numbers(st.sampled_from([0, 1, UNLABELLED, INDETERMINATE]), np.int8),
        score=numbers(scores, np.float64),
        comparators={name: numbers(scores, np.float64) for name in ("new", "Äl:t") if kept},
        readers={name: numbers(calls, np.int8) for name in ("r2", "r1") if kept},
        exams=numbers(st.integers(1, 2**62), np.int64),
        sums={name: numbers(st.integers(0, 2**62), np.int64) for name in SCALES if kept},
    )


def pairs_of(found: Sequence[tuple[int, int, int]]) -> Pairs:
    """Return pairs as arrays."""
    first, second, count = zip(*found, strict=True) if found else ((), (), ())
    return Pairs(
        first=np.array(first, dtype=np.int32),
        second=np.array(second, dtype=np.int32),
        count=np.array(count, dtype=np.int64),
    )


def same(one: Cells, other: Cells) -> bool:
    """Tell whether cells are the same to the last bit, and in the same order."""
    groups = [
        [cells.label, cells.score, cells.exams, *cells.codes.values(), *cells.comparators.values(),
         *cells.readers.values(), *cells.sums.values()]
        for cells in (one, other)
    ]  # fmt: skip
    names = [
        [*cells.codes, *cells.comparators, *cells.readers, *cells.sums] for cells in (one, other)
    ]
    return names[0] == names[1] and all(
        a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        for a, b in zip(*groups, strict=True)
    )


class TestEverything:
    """A tally that holds all that a tally can hold."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_comes_back(self, data: st.DataObject) -> None:
        """Views, sums, readers, pairs, effects, what is hidden and left out come back exactly."""
        made = whole(data)
        back = read(write(made))
        assert back.digest == made.digest
        plain = [replace(one, views=(), pairs=None) for one in (made, back)]
        for name in ("rows", "levels", "persons", "effects", "hidden", "minimum_cell"):
            assert getattr(plain[0], name) == getattr(plain[1], name)
        for name in ("left_out", "periods", "producer", "measure_digest", "table_digest"):
            assert getattr(plain[0], name) == getattr(plain[1], name)
        for one, other in zip(made.views, back.views, strict=True):
            assert (one.attributes, one.grid) == (other.attributes, other.grid)
            assert same(in_order(one.cells), other.cells)
        assert (made.pairs is None) == (back.pairs is None)
        if made.pairs is not None and back.pairs is not None:
            for name in ("first", "second", "count"):
                found = getattr(back.pairs, name)
                assert found.dtype == getattr(made.pairs, name).dtype
                assert found.tolist() == getattr(made.pairs, name).tolist()
        assert write(back) == write(made)

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_digest_covers_it(self, data: st.DataObject) -> None:
        """Whatever is changed, the digest is another; of the bytes and the producer it is not."""
        made = whole(data)
        changes: dict[str, Any] = {
            "rows": 10**13, "minimum_cell": 11, "views": made.views[::-1],
            "persons": {("z", "", ()): Persons(patients=1, repeated=0)},
            "pairs": pairs_of([(1, 2, 3), (3, 4, 5)] * 3),
            "effects": {("z", "", ()): {"auroc": 2.0}}, "hidden": {("z", "", ()): ("positives",)},
            "left_out": (LeftOut(finding="z", partition="", site="", because="", exams=1),),
            "periods": (Period(partition="z", site="", first="", last=""),),
        }  # fmt: skip
        digests = {replace(made, **{name: value}).digest for name, value in changes.items()}
        assert made.digest not in digests
        assert len(digests) == len(changes)
        assert replace(made, producer="other", table_digest="other").digest == made.digest


class TestRead:
    """What is no tally."""

    def test_no_parquet(self) -> None:
        """Other bytes are refused in words."""
        with pytest.raises(TallyError, match="no Parquet file"):
            read(b"exam,label\n")

    def test_cut_off(self) -> None:
        """Half a file is refused."""
        content = write(tally())
        with pytest.raises(TallyError, match="cut off"):
            read(content[: len(content) // 2])

    def test_other_parquet(self) -> None:
        """A prediction table is not a tally."""
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table({"label": [1]}), sink)
        content = sink.getvalue().to_pybytes()
        assert not is_tally(content)
        with pytest.raises(TallyError, match="not a tally"):
            read(content)

    @pytest.mark.parametrize("header", [b'{"schema": "cmr.tally/99"}', b"{}", b"[]"])
    def test_other_shape(self, header: bytes) -> None:
        """A tally of a shape that this release does not know is not guessed at."""
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table({"label": [1]}).replace_schema_metadata({b"cmr": header}), sink)
        with pytest.raises(TallyError, match=r"of another shape than cmr\.tally/1"):
            read(sink.getvalue().to_pybytes())

    def _edited(self, **columns: pa.Array) -> bytes:
        table = pq.read_table(pa.BufferReader(write(tally())))
        for name, values in columns.items():
            table = table.set_column(table.column_names.index(name), name, values)
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        return bytes(sink.getvalue().to_pybytes())

    def test_changed_count(self) -> None:
        """A count that was edited no longer gives the digest."""
        with pytest.raises(TallyError, match="changed after it was written"):
            read(self._edited(exams=pa.array([2], pa.int64())))

    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [
            ("exams", 0, "counts nobody"),
            ("label", 7, "neither 0 nor 1"),
            ("code:site", 9, "means"),
            ("code:site", -1, "means"),
            ("view", 1, "cells are missing"),
        ],
    )
    def test_impossible_cell(self, column: str, value: int, words: str) -> None:
        """A cell that no table could give is damage."""
        with pytest.raises(TallyError, match=words):
            read(self._edited(**{column: pa.array([value])}))

    def test_unknown_sums(self) -> None:
        """A sum that this release does not know is not passed over."""
        made = tally()
        cells = replace(made.base.cells, sums={"score³": np.ones(1, dtype=np.int64)})
        with pytest.raises(TallyError, match=r"does not know: .*score³"):
            read(write(replace(made, views=(replace(made.base, cells=cells),))))


class TestIsTally:
    """Telling tallies from tables."""

    def test_by_path_and_by_bytes(self, tmp_path: Path) -> None:
        """A tally is told by what it holds, whatever its name."""
        path = tmp_path / "table.csv"
        path.write_bytes(write(tally()))
        assert is_tally(path)
        assert is_tally(path.read_bytes())

    def test_csv(self, tmp_path: Path) -> None:
        """A CSV file, an absent file and broken Parquet are no tallies."""
        (tmp_path / "a.csv").write_text("exam\n", encoding="utf-8")
        (tmp_path / "b.parquet").write_bytes(b"PAR1 cut off")
        assert not any(is_tally(tmp_path / name) for name in ("a.csv", "b.parquet", "c"))
        assert not is_tally(b"exam\n")
