"""Typed: the short way through a Parquet file whose values are what they should be.

One look at the levels of its words and one pass over its rows, straight from the columns. It
never refuses anything: whatever is unusual sends the table the long way, through text, where
what is wrong is found with its rows and what is merely odd is understood.
"""

# ruff: noqa: S608  (every name in the SQL is ours or quoted)
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from validation.engines.cells import AT_ONCE, ordered
from validation.engines.checks import comparator_column
from validation.engines.files import Format
from validation.engines.labels import label_codes
from validation.engines.rows import Batch, Levels
from validation.engines.session import Session
from validation.engines.values import cleaned, folded, says_nothing
from validation.protocols.bands import band_names
from validation.protocols.partitions import PARTITION_WORDS, plain_word
from validation.protocols.shape import Finding, Protocol, ScoreKind, Subgroup
from validation.tallies import MISSING, UNLABELLED

EXAMS_IN_MEMORY: Final = 40_000_000
LABELS: Final = frozenset({"int", "large", "bool", "float", "decimal", "word"})

_MANTISSA, _EXPONENTS, _BIAS = 23, 0xFF, 127  # of a float32: bits, mask, and what stands for 0


def _powers_of_ten() -> npt.NDArray[np.float64]:
    """Return by the exponent of a float32 a power of ten whose steps are narrower than its own.

    NaN where a product with it would not be exact, or the float32 has no decimals; 1 for 0.
    """
    found = np.full(_EXPONENTS + 1, np.nan)
    found[0] = 1
    for exponent in range(-16, _MANTISSA):
        decimals = math.ceil((_MANTISSA - exponent) * math.log10(2))
        found[_BIAS + exponent] = 10.0**decimals
    return found


_ENOUGH: Final = _powers_of_ten()


class UnusualError(Exception):
    """Something that the short way does not judge; never seen outside the engines."""


class TypedRows:
    """The rows of a Parquet file, if nothing in it is unusual.

    Raises
    ------
    UnusualError
        As soon as something is: when it is made, or while it is read.
    """

    def __init__(
        self,
        session: Session,
        protocol: Protocol,
        sites: Mapping[str, str] | None,
        *,
        at_once: int = AT_ONCE,
    ) -> None:
        self._at_once = at_once
        file = session.file
        if file.format is not Format.PARQUET or _asks_for_more(protocol):
            raise UnusualError
        try:
            self._file = pq.ParquetFile(file.path)
        except (pa.ArrowException, OSError):
            raise UnusualError from None
        self._session, self._path, self._protocol = session, file.path, protocol
        self.total = int(self._file.metadata.num_rows)
        if not self.total:
            raise UnusualError
        self._kinds = _kinds(self._file.schema_arrow)
        self._words = self._word_columns()
        self._check_columns()
        found = self._find_levels()
        self.levels: Levels = {"finding": (), "partition": ("",), "site": ("",)}
        self.levels["finding"] = tuple(sorted(f.name or "" for f in protocol.findings))
        self._codes: dict[str, dict[str | None, int]] = {}
        for name, column in self._words.items():
            self._name_levels(name, found[column], sites)
        for subgroup in protocol.subgroups:
            if subgroup.edges is not None:
                self.levels[subgroup.name] = (*band_names(subgroup.edges), MISSING)

    def _word_columns(self) -> dict[str, str]:
        """Return the columns of words by the attribute they tell."""
        columns, found = self._protocol.columns, {}
        for name in ("partition", "site"):
            if getattr(columns, name) is not None:
                found[name] = str(getattr(columns, name))
        for subgroup in self._protocol.subgroups:
            if subgroup.edges is None:
                found[subgroup.name] = subgroup.column
        return found

    def _check_columns(self) -> None:
        """Raise unless each column is there once and of a kind that is read as it is."""
        protocol = self._protocol
        numbers = [finding.score for finding in protocol.findings]
        numbers += [s.column for s in protocol.subgroups if s.edges is not None]
        numbers += [
            comparator_column(one, finding)
            for one in protocol.comparators
            for finding in protocol.findings
        ]
        names = [protocol.columns.exam, protocol.columns.patient]
        wanted = [
            (numbers, {"float", "int"}),
            ([finding.label for finding in protocol.findings], LABELS),
            (self._words.values(), {"word"}),
            ([column for column in names if column is not None], {"int", "word"}),
        ]
        for columns, kinds in wanted:
            if not {self._kinds.get(column) for column in columns} <= kinds:
                raise UnusualError

    def _find_levels(self) -> dict[str, set[str | None]]:
        """Return the values that each column of words holds; None where some are missing."""
        columns = list(dict.fromkeys(self._words.values()))
        found: dict[str, set[str | None]] = {column: set() for column in columns}
        if not columns:
            return found
        for piece in self._pieces(columns):
            for column in columns:
                codes = piece.column(column)
                names = codes.dictionary.to_pylist()
                used = np.bincount(
                    np.asarray(codes.indices.fill_null(len(names))), minlength=len(names) + 1
                )
                found[column] |= {name for name, n in zip([*names, None], used, strict=True) if n}
        return found

    def _name_levels(
        self, name: str, found: set[str | None], sites: Mapping[str, str] | None
    ) -> None:
        """Give each value of an attribute its code."""
        words = {word for word in found if word is not None}
        plain = all(folded(word) == word and not says_nothing(word) for word in words)
        required = name in {"partition", "site"}
        if not plain or (required and None in found):
            raise UnusualError
        if len({word.lower() for word in words}) < len(words):
            raise UnusualError
        meaning: dict[str | None, str] = {word: word for word in words}
        if None in found:
            meaning[None] = MISSING
        if name == "partition":
            known = {word: PARTITION_WORDS.get(plain_word(word)) for word in words}
            if None in known.values():
                raise UnusualError
            meaning = {word: partition.value for word, partition in known.items() if partition}
        if name == "site" and sites is not None:
            if not words <= set(sites):
                raise UnusualError
            meaning = {word: sites[word] for word in words}
        self.levels[name] = ordered(set(meaning.values()), self._protocol, name)
        place = {level: code for code, level in enumerate(self.levels[name])}
        self._codes[name] = {word: place[level] for word, level in meaning.items()}

    def _pieces(self, columns: list[str]) -> Iterator[pa.RecordBatch]:
        """Yield some columns, words as dictionaries, in batches."""
        words = [column for column in columns if column in self._words.values()]
        file = pq.ParquetFile(self._path, read_dictionary=words, pre_buffer=False)
        try:
            for batch in file.iter_batches(
                batch_size=self._at_once, columns=columns, use_threads=True
            ):
                arrays = [
                    batch.column(column).dictionary_encode()
                    if column in words and not pa.types.is_dictionary(batch.column(column).type)
                    else batch.column(column)
                    for column in columns
                ]
                yield pa.record_batch(arrays, names=columns)
        except (pa.ArrowException, OSError):
            raise UnusualError from None

    def batches(self) -> Iterator[Batch]:
        """Yield all rows, finding by finding."""
        self._check_exams()
        findings = sorted(self._protocol.findings, key=lambda finding: finding.name or "")
        for code, finding in enumerate(findings):
            yield from self._read(finding, code)

    def _read(self, finding: Finding, code: int) -> Iterator[Batch]:
        protocol = self._protocol
        comparators = {one.name: comparator_column(one, finding) for one in protocol.comparators}
        banded = [s for s in protocol.subgroups if s.edges is not None]
        columns = [finding.label, finding.score, *self._words.values(), *comparators.values()]
        columns += [subgroup.column for subgroup in banded]
        patients = None if protocol.columns.patient is None else _Taken(self._patients())
        several, at = len(protocol.findings) > 1, 0
        for piece in self._pieces(list(dict.fromkeys(columns))):
            codes: dict[str, Any] = {
                "finding": np.full(piece.num_rows, code, dtype=np.int32),
                "partition": np.zeros(piece.num_rows, dtype=np.int32),
                "site": np.zeros(piece.num_rows, dtype=np.int32),
            }
            for name, column in self._words.items():
                codes[name] = self._coded(name, piece.column(column))
            for subgroup in banded:
                codes[subgroup.name] = _banded(_numbers(piece.column(subgroup.column)), subgroup)
            yield Batch(
                codes=codes,
                label=_labels(piece.column(finding.label)),
                score=self._scores(piece.column(finding.score)),
                comparators={
                    name: self._scores(piece.column(column)) for name, column in comparators.items()
                },
                patient=None if patients is None else patients.take(piece.num_rows),
                exam=np.arange(at, at + piece.num_rows) if several else None,
            )
            at += piece.num_rows

    def _coded(self, name: str, words: pa.DictionaryArray) -> np.ndarray:
        """Return the code of each row's word."""
        known, names = self._codes[name], words.dictionary.to_pylist()
        table = np.array([known.get(word, -1) for word in [*names, None]], dtype=np.int32)
        return np.asarray(table[np.asarray(words.indices.fill_null(len(names)))])

    def _scores(self, column: pa.Array) -> np.ndarray:
        """Return scores, NaN where there is none; raise where one is none."""
        scores = _numbers(column)
        low, high = (0.0, 1.0) if self._protocol.score_kind is ScoreKind.PROBABILITY else (
            -np.finfo(np.float64).max, np.finfo(np.float64).max
        )  # fmt: skip
        fine = (scores >= low) & (scores <= high)
        if not fine.all() and not (fine | np.isnan(scores)).all():
            raise UnusualError
        return scores

    def _patients(self) -> Iterator[np.ndarray]:
        """Return numbers for the patients of the rows, in their order, in pieces of any size.

        Names become numbers by a 64-bit hash: that two of ten million patients share one has a
        chance of 3 in a million.
        """
        column = str(self._protocol.columns.patient)
        if self._kinds[column] == "int":
            return map(_numbered, self._pieces([column]))
        name = cleaned(self._session.source(column))
        asked = f"SELECT hash({name}) AS h, {name} IS NULL AS n FROM {self._session.scan()}"
        return map(_hashed, self._session.batches(asked, self._at_once))

    def _check_exams(self) -> None:
        """Raise where an exam stands there twice, or is not named."""
        column = self._protocol.columns.exam
        if column is None:
            return
        if self._kinds[column] != "int" or self.total > EXAMS_IN_MEMORY:
            name = cleaned(self._session.source(column))
            named, different = self._session.ask(
                f"SELECT count(h), count(DISTINCT h) FROM "
                f"(SELECT CASE WHEN {name} IS NOT NULL THEN hash({name}) END AS h "
                f"FROM {self._session.scan()})"
            )[0]
            if not named == different == self.total:
                raise UnusualError
            return
        exams = np.empty(self.total, dtype=np.int64)
        at = 0
        for piece in self._pieces([column]):
            if piece.column(column).null_count:
                raise UnusualError
            exams[at : at + piece.num_rows] = piece.column(column).to_numpy()
            at += piece.num_rows
        exams.sort()
        if bool((exams[1:] == exams[:-1]).any()):
            raise UnusualError


class _Taken:
    """Arrays that come in pieces of one size, handed out in pieces of another."""

    def __init__(self, pieces: Iterator[np.ndarray]) -> None:
        self._pieces = pieces
        self._rest = np.zeros(0, dtype=np.int64)

    def take(self, size: int) -> np.ndarray:
        """Return the next so many numbers."""
        found = [self._rest]
        while sum(piece.size for piece in found) < size:
            found.append(next(self._pieces))
        joined = np.concatenate(found)
        self._rest = joined[size:]
        return joined[:size]


def _numbered(piece: pa.RecordBatch) -> np.ndarray:
    """Return the only column of a piece as whole numbers; raise where one is missing."""
    if piece.column(0).null_count:
        raise UnusualError
    return np.asarray(piece.column(0).to_numpy().astype(np.int64))


def _hashed(piece: pa.RecordBatch) -> np.ndarray:
    """Return hashes (h) as whole numbers; raise where one is of nothing (n)."""
    if np.asarray(piece.column("n").to_numpy(zero_copy_only=False)).any():
        raise UnusualError
    return np.asarray(piece.column("h").to_numpy().view(np.int64))


def _asks_for_more(protocol: Protocol) -> bool:
    """Tell whether a protocol declares what only the long way reads."""
    columns = protocol.columns
    more = (columns.weight, columns.severity, columns.time, columns.excluded, columns.finding,
            columns.cost_of_miss, columns.cost_of_alarm)  # fmt: skip
    return any(more) or bool(protocol.readers) or bool(protocol.indeterminate)


def _kinds(schema: pa.Schema) -> dict[str, str]:
    """Return the kind of each column that is there once, under its folded name."""
    kinds: dict[str, str] = {}
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if field.name != folded(field.name) or schema.names.count(field.name) > 1:
            raise UnusualError
        if pa.types.is_boolean(kind):
            kinds[field.name] = "bool"
        elif pa.types.is_integer(kind):
            kinds[field.name] = "large" if pa.types.is_uint64(kind) else "int"
        elif pa.types.is_decimal(kind):
            kinds[field.name] = "decimal"
        elif pa.types.is_float32(kind) or pa.types.is_float64(kind):
            kinds[field.name] = "float"
        elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
            kinds[field.name] = "word"
    return kinds


def _numbers(column: pa.Array) -> np.ndarray:
    """Return numbers as float64, NaN where there is none.

    A float32 stands for the shortest decimal that it is nearest to, as it is when it is printed:
    0.7 in a table is the threshold 0.7, whatever the writer kept of it.
    """
    if pa.types.is_float32(column.type):
        return printed(np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float32))
    found = column.to_numpy(zero_copy_only=False)
    return np.asarray(found, dtype=np.float64)


def printed(single: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the numbers that float32s print as, NaN where there is none.

    With so many decimals that their steps are narrower than the float32's own, the nearest decimal
    is the float32 again; then one decimal is taken off at a time, for as long as it still is.
    Products with these powers of ten are exact. What is left is printed and read: numbers far
    from 1, and a power of two above whose half a step is too wide.
    """
    exact = single.astype(np.float64)
    scale = _ENOUGH[(single.view(np.int32) >> _MANTISSA) & _EXPONENTS]
    found: npt.NDArray[np.float64] = np.rint(exact * scale) / scale
    right = found.astype(np.float32) == single
    left, at = np.flatnonzero(~right & ~np.isnan(exact)), np.flatnonzero(right)
    numbers, scale = exact[at], scale[at]
    while at.size:
        scale = scale / 10
        tried = np.rint(numbers * scale) / scale
        still = (tried.astype(np.float32) == numbers) & (scale >= 1)
        at, numbers, scale = at[still], numbers[still], scale[still]
        found[at] = tried[still]
    found[left] = pa.array(single[left]).cast(pa.string()).cast(pa.float64()).to_numpy()
    return found


def _labels(column: pa.Array) -> np.ndarray:
    """Return labels as integers; raise where one is neither 0 nor 1."""
    labels = label_codes(column)
    if labels.min(initial=0) < UNLABELLED:
        raise UnusualError
    return labels


def _banded(values: np.ndarray, subgroup: Subgroup) -> np.ndarray:
    """Return the band of each value; the last code for none."""
    edges = np.array(subgroup.edges)
    nothing = np.isnan(values)
    inside = (values >= edges[0]) & (values <= edges[-1])
    if not (inside | nothing).all():
        raise UnusualError
    place = np.searchsorted(edges, values, side="right") - 1
    last = edges.size - 2  # the band that holds its upper edge, too
    return np.where(nothing, edges.size - 1, np.minimum(place, last)).astype(np.int32)
