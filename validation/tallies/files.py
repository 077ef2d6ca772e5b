"""Tally files: a tally as Parquet bytes and back, exactly.

One table: the cells of all views, told apart by the column "view", and after them, as rows of
view -1, the pairs of exams of one patient. In its metadata, under the key "cmr", stands the
canonical JSON of everything else and the digest of the content, which is checked when the file
is read.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785

from validation.errors import TallyError
from validation.tallies.cells import INDETERMINATE, SCALES, UNLABELLED, Cells, in_order
from validation.tallies.content import (
    LeftOut,
    Pairs,
    Period,
    Persons,
    Tally,
    View,
    Withheld,
    header_of,
    place_from_json,
)

SCHEMA: Final = "cmr.tally/1"
KEY: Final = b"cmr"
SIGNATURE: Final = b"cmr.signature"
PARTS: Final = b"cmr.parts"
MAGIC: Final = b"PAR1"
_CODE, _COMPARATOR, _READER, _SUM = "code:", "comparator:", "reader:", "sum:"
_PAIRS: Final = -1  # the "view" of the rows that hold pairs


class _Path(Protocol):
    """A path of the operating system, without the modules that touch it."""

    def __fspath__(self) -> str:
        """Return the path as text."""
        ...


def write(
    tally: Tally, *, signature: Mapping[str, Any] | None = None, parts: bytes | None = None
) -> bytes:
    """Return a tally as the bytes of a Parquet file; the same bytes for the same tally.

    A signature stands in the metadata beside the tally, under a key of its own, and so do the
    parts of which it was merged (`federation.parts`).
    """
    tables = [_table_of(view, place) for place, view in enumerate(tally.views)]
    if tally.pairs is not None:
        tables.append(_table_of_pairs(tally.pairs))
    table = pa.concat_tables(tables, promote_options="default")
    header: dict[str, Any] = header_of(tally) | {"digest": tally.digest}
    metadata = {KEY: rfc8785.dumps(header)}
    if signature is not None:
        metadata[SIGNATURE] = rfc8785.dumps(dict(signature))
    if parts is not None:
        metadata[PARTS] = parts
    table = table.replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", store_schema=True)
    return bytes(sink.getvalue().to_pybytes())


def _table_of(view: View, place: int) -> pa.Table:
    """Return the cells of a view as a table."""
    cells = in_order(view.cells)
    columns: dict[str, pa.Array] = {"view": pa.array(np.full(len(cells), place), pa.int8())}
    columns |= {
        f"{_CODE}{name}": pa.array(codes, pa.int32()) for name, codes in cells.codes.items()
    }
    columns["label"] = pa.array(cells.label, pa.int8())
    columns["score"] = pa.array(cells.score, pa.float64(), from_pandas=True)
    for name, scores in cells.comparators.items():
        columns[f"{_COMPARATOR}{name}"] = pa.array(scores, pa.float64(), from_pandas=True)
    for name, calls in cells.readers.items():
        columns[f"{_READER}{name}"] = pa.array(calls, pa.int8())
    columns["exams"] = pa.array(cells.exams, pa.int64())
    for name, amounts in cells.sums.items():
        columns[f"{_SUM}{name}"] = pa.array(amounts, pa.int64())
    return pa.table(columns)


def _table_of_pairs(pairs: Pairs) -> pa.Table:
    """Return the pairs as a table."""
    return pa.table(
        {
            "view": pa.array(np.full(pairs.count.size, _PAIRS), pa.int8()),
            "exams": pa.array(pairs.count, pa.int64()),
            "first": pa.array(pairs.first, pa.int32()),
            "second": pa.array(pairs.second, pa.int32()),
        }
    )


def read(content: bytes) -> Tally:
    """Return the tally that a file's bytes hold.

    Raises
    ------
    TallyError
        When they hold none, or one that was changed or cut off.
    """
    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError):
        raise TallyError(
            "this is not a tally: it is no Parquet file, or it is cut off. Ask for it again."
        ) from None
    header = _header(table.schema.metadata)
    try:
        tally = _tally(header, table)
        digest = tally.digest
    except (KeyError, TypeError, ValueError, pa.ArrowException) as error:
        raise TallyError(
            f"this tally is damaged ({type(error).__name__}: {error}). Ask for it again."
        ) from None
    if digest != header.get("digest"):
        raise TallyError(
            "this tally was changed after it was written: its counts do not give its digest. "
            "Ask for it again."
        )
    return tally


def signature_of(content: bytes) -> dict[str, Any] | None:
    """Return the signature that stands in a tally's file, None where none does.

    Raises
    ------
    TallyError
        When what stands there is no signature.
    """
    metadata = pq.read_schema(pa.BufferReader(content)).metadata or {}
    if SIGNATURE not in metadata:
        return None
    try:
        found = json.loads(metadata[SIGNATURE])
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise TallyError("the signature of this tally is damaged. Ask for the tally again.")
    return found


def parts_in(content: bytes) -> bytes | None:
    """Return the JSON of the parts that stands in a merged tally's file, None where none does."""
    metadata = pq.read_schema(pa.BufferReader(content)).metadata or {}
    found: bytes | None = metadata.get(PARTS)
    return found


def is_tally(source: bytes | str | _Path) -> bool:
    """Tell whether bytes, or the file at a path, hold a tally rather than a table."""
    try:
        if isinstance(source, bytes):
            if not source.startswith(MAGIC):
                return False
            schema = pq.read_schema(pa.BufferReader(source))
        else:
            with open(source, "rb") as file:  # noqa: PTH123  (this room knows no pathlib)
                if file.read(len(MAGIC)) != MAGIC:
                    return False
            schema = pq.read_schema(str(source))
    except (OSError, pa.ArrowException):
        return False
    return KEY in (schema.metadata or {})


def _header(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """Return what stands in a file's metadata."""
    try:
        header = json.loads((metadata or {})[KEY])
    except (KeyError, ValueError):
        raise TallyError(
            "this Parquet file is not a tally. Give a tally, or use it as a prediction table."
        ) from None
    if not isinstance(header, dict) or header.get("schema") != SCHEMA:
        raise TallyError(f"this tally is of another shape than {SCHEMA}. Make it again.")
    return header


def _tally(header: Mapping[str, Any], table: pa.Table) -> Tally:
    """Return the tally of a header and a table of cells and pairs."""
    levels = {
        str(name): tuple(str(level) for level in names) for name, names in header["levels"].items()
    }
    place = np.asarray(table.column("view").to_numpy())
    views = tuple(
        _view(described, table.filter(pa.array(place == index)), levels)
        for index, described in enumerate(header["views"])
    )
    return Tally(
        measure_digest=str(header["measure_digest"]),
        table_digest=str(header["table_digest"]),
        rows=None if header["rows"] is None else int(header["rows"]),
        levels=levels,
        views=views,
        persons={place_from_json(one): _persons(one) for one in header["persons"]},
        pairs=None if header["pairs"] is None else _pairs(table.filter(pa.array(place == _PAIRS))),
        effects={
            place_from_json(one): {str(k): float(v) for k, v in one["effects"].items()}
            for one in header["effects"]
        },
        hidden={place_from_json(one): tuple(map(str, one["counts"])) for one in header["hidden"]},
        minimum_cell=int(header["minimum_cell"]),
        left_out=tuple(LeftOut(**one) for one in header["left_out"]),
        periods=tuple(Period(**one) for one in header["periods"]),
        producer=str(header["producer"]),
        thresholds={
            str(name): tuple(map(float, edges))
            for name, edges in header.get("thresholds", {}).items()
        },
        withheld=tuple(
            Withheld(**{**one, "attributes": tuple(one["attributes"])})
            for one in header.get("withheld", [])
        ),
        absent=tuple(map(str, header.get("absent", []))),
    )


def _persons(content: Mapping[str, Any]) -> Persons:
    """Return the patients of one stratum."""
    return Persons(
        patients=int(content["patients"]),
        repeated=int(content["repeated"]),
        with_positives=content["with_positives"],
        with_negatives=content["with_negatives"],
    )


def _array(table: pa.Table, name: str, kind: type[np.generic]) -> np.ndarray[Any, np.dtype[Any]]:
    return np.asarray(table.column(name).to_numpy()).astype(kind)


def _pairs(table: pa.Table) -> Pairs:
    """Return the pairs that a table holds."""
    return Pairs(
        first=_array(table, "first", np.int32),
        second=_array(table, "second", np.int32),
        count=_array(table, "exams", np.int64),
    )


def _view(
    described: Mapping[str, Any], table: pa.Table, levels: Mapping[str, tuple[str, ...]]
) -> View:
    """Return one view of a header and the cells of a table."""

    def arrays(prefix: str, names: str, kind: type[np.generic]) -> dict[str, Any]:
        return {str(n): _array(table, f"{prefix}{n}", kind) for n in described[names]}

    cells = Cells(
        codes=arrays(_CODE, "codes", np.int32),
        label=_array(table, "label", np.int8),
        score=_array(table, "score", np.float64),
        comparators=arrays(_COMPARATOR, "comparators", np.float64),
        readers=arrays(_READER, "readers", np.int8),
        exams=_array(table, "exams", np.int64),
        sums=arrays(_SUM, "sums", np.int64),
    )
    _check_cells(cells, levels)
    if len(cells) != described["cells"]:
        raise ValueError("cells are missing")
    return View(
        attributes=tuple(map(str, described["attributes"])),
        grid=str(described["grid"]),
        cells=cells,
    )


def _check_cells(cells: Cells, levels: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse cells that no table could have given."""
    for name, codes in cells.codes.items():
        if codes.size and not (int(codes.min()) >= 0 and int(codes.max()) < len(levels[name])):
            raise ValueError(f"a code of “{name}” means nothing")
    if not bool(np.isin(cells.label, [INDETERMINATE, UNLABELLED, 0, 1]).all()):
        raise ValueError("a label is neither 0 nor 1")
    if not bool((cells.exams >= 1).all()):
        raise ValueError("a cell counts nobody")
    if unknown := set(cells.sums) - set(SCALES):
        raise ValueError(f"it keeps sums that this release does not know: {sorted(unknown)}")
