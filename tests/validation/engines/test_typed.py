"""Tests of the short way: it counts what the long way counts, and judges nothing unusual."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.tables import HEAD, PROTOCOL
from validation.engines.cells import TextRows
from validation.engines.checks import check, wanted_columns
from validation.engines.duckdb import tally_table
from validation.engines.files import inspect
from validation.engines.reduction import Limits, Reduced, reduce
from validation.engines.session import Session, open_table
from validation.engines.typed import TypedRows, UnusualError, printed
from validation.errors import TableError
from validation.protocols import read
from validation.protocols.shape import Protocol
from validation.tallies import Tally

PLAN = read(PROTOCOL)
FREE = read(PROTOCOL.replace("reference_standard", 'score_kind = "rank"\nreference_standard'))
WIDE = read(
    HEAD
    + '[columns]\nexam = "exam"\npatient = "patient"\nsite = "site"\n'
    + '[findings.a]\nlabel = "label"\nscore = "score"\n[findings.b]\nlabel = "other"\n'
    + 'score = "score_b"\n[operating_point]\nthreshold = 0.5\n[subgroups]\nsex = "sex"\n'
    + '[comparators.old]\nscore = "old_{finding}"\nthreshold = 0.25\n'
)
SCORES = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))
LABELS = st.sampled_from([0, 1, None])
EXAMS = st.lists(
    st.fixed_dictionaries(
        {
            "patient": st.sampled_from(["P1", "P2", "P3"]),
            "site": st.sampled_from(["North", "South"]),
            "split": st.sampled_from(["external", "test"]),
            "sex": st.sampled_from(["F", "M", None]),
            "age": st.sampled_from([0.0, 44.5, 45.0, 65.0, 120.0, None]),
            "label": LABELS,
            "score": SCORES,
            "other": LABELS,
            "score_b": SCORES,
            "old_a": SCORES,
            "old_b": SCORES,
        }
    ),
    min_size=1,
    max_size=12,
)
KINDS: dict[str, pa.DataType] = {
    "patient": pa.string(), "site": pa.string(), "split": pa.string(), "sex": pa.string(),
    "age": pa.float64(), "label": pa.int8(), "score": pa.float64(), "other": pa.int64(),
    "score_b": pa.float64(), "old_a": pa.float64(), "old_b": pa.float64(),
}  # fmt: skip


def table_of(exams: list[dict[str, Any]]) -> pa.Table:
    """Return a table of exams, all of the kinds that they should be."""
    columns = {name: pa.array([e[name] for e in exams], kind) for name, kind in KINDS.items()}
    return pa.table({"exam": pa.array(range(len(exams)), pa.int32()), **columns})


PLAIN: dict[str, Any] = {
    "patient": "P1", "site": "North", "split": "external", "sex": "F", "age": 50.0, "label": 1,
    "score": 0.5, "other": 0, "score_b": 0.1, "old_a": 0.1, "old_b": 0.2,
}  # fmt: skip
FOUR = table_of([PLAIN, PLAIN | {"label": 0}, PLAIN | {"sex": "M"}, PLAIN | {"patient": "P2"}])


def changed(**columns: Any) -> pa.Table:  # noqa: ANN401  (whatever makes a column)
    """Return the table of four exams with some columns of another kind."""
    table = FOUR
    for name, values in columns.items():
        column = values if isinstance(values, pa.Array) else pa.array(values)
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def written(folder: Path, table: pa.Table, **options: Any) -> Path:  # noqa: ANN401  (pyarrow's)
    """Return the path of a Parquet file."""
    pq.write_table(table, folder / "table.parquet", **options)
    return folder / "table.parquet"


@contextmanager
def opened(path: Path) -> Iterator[Session]:
    """Yield a session over a table."""
    with open_table(inspect(path)) as session:
        yield session


def digest_of(found: Reduced) -> str:
    """Return the digest of what rows came to."""
    tally = Tally(
        measure_digest="sha256:0",
        table_digest="sha256:0",
        rows=None,
        levels=found.levels,
        views=found.views,
        pairs=found.pairs,
        persons=found.persons,
    )
    return tally.digest


def the_short_way(path: Path, plan: Protocol, *, exact: int = 1000, at_once: int = 1000) -> str:
    """Return the digest of a table that is read straight from its columns."""
    with opened(path) as session:
        rows = TypedRows(session, plan, None, at_once=at_once)
        return digest_of(reduce(rows, plan, lambda _: None, limits=Limits(exact=exact)))


def the_long_way(path: Path, plan: Protocol, *, exact: int = 1000, at_once: int = 1000) -> str:
    """Return the digest of a table that is read as text."""
    with opened(path) as session:
        total = session.load(wanted_columns(plan))
        check(session, plan, None)
        rows = TextRows(session, plan, None, total=total, at_once=at_once)
        return digest_of(reduce(rows, plan, lambda _: None, limits=Limits(exact=exact)))


class TestBothWays:
    """The short way, the long way, and CSV."""

    @pytest.mark.parametrize("plan", [PLAN, WIDE, FREE], ids=["one finding", "two", "ranks"])
    @settings(
        max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(exams=EXAMS, data=st.data())
    def test_count_alike(self, tmp_path: Path, plan: Protocol, exams: Any, data: Any) -> None:  # noqa: ANN401  (drawn)
        """However the rows are grouped and batched, all ways come to the same digest."""
        exact = data.draw(st.sampled_from([0, 1000]))
        size = data.draw(st.integers(1, 5))
        path = written(tmp_path, table_of(exams), row_group_size=data.draw(st.integers(1, 6)))
        short = the_short_way(path, plan, exact=exact, at_once=size)
        assert the_long_way(path, plan, exact=exact, at_once=size) == short
        pa.csv.write_csv(table_of(exams), tmp_path / "table.csv")
        assert the_long_way(tmp_path / "table.csv", plan, exact=exact) == short

    @pytest.mark.parametrize(
        "columns",
        [
            {"label": [True, False, True, None]},
            {"score": pa.array([0.7, 0.1, 0.3, None], pa.float32())},
            {"score": pa.array([0.7, np.nan, 0.3, None])},
            {"score": [1, 0, None, 1]},
            {"sex": pa.array(["F", "M", None, "F"]).dictionary_encode()},
            {"sex": pa.array(["F", "M", None, "F"], pa.large_string())},
            {"patient": [7, 7, 8, -9]},
            {"exam": ["a", "b", "c", "d"]},
            {"split": ["external", "External Testing", "internal", "external"]},
        ],
        ids=[
            "truth values",
            "float32",
            "not a number",
            "whole scores",
            "dictionary",
            "large text",
            "numbered patients",
            "named exams",
            "words of partitions",
        ],
    )
    def test_kinds(self, tmp_path: Path, columns: dict[str, Any]) -> None:
        """Truth values, integers, dictionaries and float32 are read as they are printed."""
        path = written(tmp_path, changed(**columns))
        assert the_short_way(path, PLAN, at_once=2) == the_long_way(path, PLAN)

    def test_float32_stands_for_its_decimal(self, tmp_path: Path) -> None:
        """0.7 is flagged at 0.7 though the nearest float32 lies below it."""
        path = written(tmp_path, changed(score=pa.array([0.7] * 4, pa.float32())))
        assert set(tally_table(path, PLAN).base.cells.score.tolist()) == {0.7}

    def test_sites_by_alias(self, tmp_path: Path) -> None:
        """Aliases of one site are one site, by the short way too."""
        path = written(tmp_path, changed(site=["North", "North", "South", "South"]))
        with opened(path) as session:
            rows = TypedRows(session, PLAN, {"North": "Ulm", "South": "Ulm"})
            assert rows.levels["site"] == ("Ulm",)

    def test_without_optional_columns(self, tmp_path: Path) -> None:
        """A protocol may name nothing but label and score."""
        plan = read(HEAD + "[operating_point]\nthreshold = 0.5\n")
        path = written(tmp_path, FOUR)
        assert the_short_way(path, plan) == the_long_way(path, plan)


ANSWERS: list[int | None] = [1, 0, None, 1]
LABELS_AS = {
    **{str(kind): pa.array(ANSWERS, kind) for kind in (
        pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
        pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(1), pa.decimal128(5, 2),
        pa.decimal128(38, 30), pa.decimal256(50, 2),
    )},
    "truth values": pa.array([True, False, None, True]),
    "not a number": pa.array([1.0, -0.0, float("nan"), 1.0]),
    "words": pa.array(["1", "False", "n/a", "true "]),
    "words with decimals": pa.array(["1.00", "0E-30", "", "1.0"]),
    "large words": pa.array(["1", "0", None, "TRUE"], pa.large_string()),
    "dictionary of words": pa.array(["1", "0.0", None, "1"]).dictionary_encode(),
    "dictionary of numbers": pa.array(ANSWERS, pa.int16()).dictionary_encode(),
}  # fmt: skip


class TestLabels:
    """However Parquet keeps a label, the short way reads it as the long one and CSV do."""

    @pytest.mark.parametrize("labels", LABELS_AS.values(), ids=LABELS_AS)
    def test_same_digest(self, tmp_path: Path, labels: pa.Array) -> None:
        """One digest for all kinds, ways and sizes of batches."""
        plain = the_short_way(written(tmp_path, changed(label=pa.array(ANSWERS))), PLAN)
        path = written(tmp_path, changed(label=labels))
        assert the_short_way(path, PLAN) == plain
        assert the_short_way(path, PLAN, at_once=1) == plain
        assert the_long_way(path, PLAN) == plain
        pa.csv.write_csv(pq.read_table(path), tmp_path / "table.csv")
        assert the_long_way(tmp_path / "table.csv", PLAN) == plain

    def test_half_floats(self, tmp_path: Path) -> None:
        """What the short way does not know as a label goes the long way, to the same digest."""
        plain = the_short_way(written(tmp_path, changed(label=pa.array([1, 0, 0, 1]))), PLAN)
        path = written(tmp_path, changed(label=np.array([1, 0, 0, 1], np.float16)))
        with pytest.raises(UnusualError):
            the_short_way(path, PLAN)
        assert the_long_way(path, PLAN) == plain

    @pytest.mark.parametrize(
        "labels",
        [
            pa.array([1, 0, 255, None], pa.uint8()),
            pa.array([1, 0, 2**64 - 1, None], pa.uint64()),
            pa.array([1, 0, 0.5, None]),
            pa.array([1, 0, float("inf"), None]),
            pa.array(["1", "0", "1.000000000000000000000000000001", None]).cast(
                pa.decimal128(38, 30)
            ),
            pa.array(["1", "0", "+", None]).dictionary_encode(),
            pa.array(["1", "0", "01", None]),
            pa.array(["1", "0", "1,0", None]),
        ],
        ids=str,
    )
    def test_other_labels(self, tmp_path: Path, labels: pa.Array) -> None:
        """One that is neither 0 nor 1 is refused by its row, whatever its kind."""
        path = written(tmp_path, changed(label=labels))
        with pytest.raises(UnusualError):
            the_short_way(path, PLAN)
        with pytest.raises(TableError, match="is neither 0 nor 1") as caught:
            tally_table(path, PLAN)
        assert (caught.value.column, caught.value.rows) == ("label", (3,))


UNUSUAL = {
    "no rows": FOUR.slice(0, 0),
    "a label in words": changed(label=["yes", "no", "no", "no"]),
    "another label": changed(label=[1, 0, 2, 0]),
    "minus one beside nothing": changed(label=[1, 0, -1, None]),
    "no probability": changed(score=[0.1, 1.5, None, 0.2]),
    "an infinite score": changed(score=[0.1, float("inf"), None, 0.2]),
    "a score as text": changed(score=["0.1"] * 4),
    "large whole numbers": changed(patient=pa.array([1, 2, 3, 4], pa.uint64())),
    "an age out of bands": changed(age=[130.0, 1.0, 2.0, 3.0]),
    "an exam twice": changed(exam=[1, 1, 2, 3]),
    "an exam twice by name": changed(exam=["a", "a", "b", "c"]),
    "an exam without a name": changed(exam=[1, None, 2, 3]),
    "a patient without a number": changed(patient=[1, None, 2, 3]),
    "a patient without a name": changed(patient=["P1", None, "P2", "P3"]),
    "a patient whose name is a word for nothing": changed(patient=["P1", "n/a", "P2", "P3"]),
    "no site": changed(site=["North", None, "North", "North"]),
    "blanks around a site": changed(site=["North ", "North", "North", "North"]),
    "a word for nothing": changed(sex=["F", "None", "M", "M"]),
    "capitals that differ": changed(sex=["F", "f", "M", "M"]),
    "no partition": changed(split=["external", "somewhere", "test", "test"]),
    "blanks around a column": FOUR.rename_columns(
        [" score" if name == "score" else name for name in FOUR.column_names]
    ),
    "a missing column": FOUR.drop_columns(["score"]),
}


class TestPrinted:
    """What a float32 stands for."""

    def test_steps_of_the_binary_scale(self) -> None:
        """About each power of two, where a float32's own steps change, and at the far ends."""
        powers = (2.0 ** np.arange(-149, 128)).astype(np.float32)
        beside = [np.nextafter(powers, np.float32(end)) for end in (0, np.inf)]
        ends = np.array([0, np.nan, np.inf], dtype=np.float32)
        single = np.concatenate([powers, -powers, *beside, ends])
        told = [float(str(one)) for one in single]
        assert np.array_equal(printed(single), np.array(told), equal_nan=True)

    @given(values=st.lists(st.one_of(st.floats(width=32), st.floats(0, 1, width=32))))
    def test_is_what_is_printed(self, values: list[float]) -> None:
        """The number that its shortest decimal is, as numpy prints it."""
        single = np.array(values, dtype=np.float32)
        told = [float(str(one)) for one in single]
        assert np.array_equal(printed(single), np.array(told), equal_nan=True)


class TestUnusual:
    """What the short way leaves to the long one."""

    @pytest.mark.parametrize("table", UNUSUAL.values(), ids=UNUSUAL)
    def test_is_not_judged(self, tmp_path: Path, table: pa.Table) -> None:
        """The short way gives up, before or while it reads."""
        with opened(written(tmp_path, table)) as session, pytest.raises(UnusualError):
            for _ in TypedRows(session, PLAN, None).batches():
                pass

    def test_unknown_site(self, tmp_path: Path) -> None:
        """Nor does it judge a site that nobody registered."""
        with opened(written(tmp_path, FOUR)) as session, pytest.raises(UnusualError):
            TypedRows(session, PLAN, {"South": "Ulm"})

    def test_infinite_ranks(self, tmp_path: Path) -> None:
        """A score that only ranks must be finite."""
        path = written(tmp_path, UNUSUAL["an infinite score"])
        with pytest.raises(TableError, match="not finite"):
            tally_table(path, FREE)

    def test_column_of_two_uses(self, tmp_path: Path) -> None:
        """A column of words that is also to be cut into bands is refused in words."""
        plan = read(PROTOCOL.replace('column = "age"', 'column = "patient"'))
        with pytest.raises(TableError, match="not a number"):
            tally_table(written(tmp_path, FOUR), plan)

    @pytest.mark.parametrize(
        "declared",
        ['[columns]\nweight = "w"\n', 'indeterminate = ["?"]\n', '[readers]\nr = "reader"\n'],
    )
    def test_declared(self, tmp_path: Path, declared: str) -> None:
        """What only the long way reads sends every table there."""
        plan = read(HEAD + declared + "[operating_point]\nthreshold = 0.5\n")
        with opened(written(tmp_path, FOUR)) as session, pytest.raises(UnusualError):
            TypedRows(session, plan, None)

    def test_damaged_pages(self, tmp_path: Path) -> None:
        """A file whose pages are damaged is left to the long way, which refuses it."""
        path = written(tmp_path, FOUR, compression="none", use_dictionary=False)
        content = bytearray(path.read_bytes())
        content[4:400] = b"\xff" * 396
        path.write_bytes(bytes(content))
        with opened(path) as session, pytest.raises(UnusualError):
            for _ in TypedRows(session, PLAN, None).batches():
                pass

    def test_file_that_is_replaced(self, tmp_path: Path) -> None:
        """A file that is no longer what it was is left to the long way, which says so."""
        path = written(tmp_path, FOUR)
        with opened(path) as session:
            path.write_bytes(b"PAR1 cut off")
            with pytest.raises(UnusualError):
                TypedRows(session, PLAN, None)

    def test_progress_never_runs_back(self, tmp_path: Path) -> None:
        """Though the table was read half by the short way before it was read by the long one."""
        told: list[float] = []
        table = pa.concat_tables([changed(exam=[4 * i + j for j in range(4)]) for i in range(50)])
        scores = pa.array([0.5] * 199 + [-0.0001])
        path = written(
            tmp_path, table.set_column(table.column_names.index("score"), "score", scores)
        )
        with pytest.raises(TableError, match="lies outside 0 to 1"):
            tally_table(path, PLAN, progress=lambda _, share: told.append(share))
        assert told == sorted(told)
