"""Tally files: a tally as Parquet bytes and back, exactly.

One table of cells; in its metadata, under the key "cmr", the canonical JSON of everything else
and the digest of the content, which is checked when the file is read.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import rfc8785

from validation.errors import TallyError
from validation.tallies import UNLABELLED, Cells, Persons, Tally, in_order, persons_as_json

SCHEMA: Final = "cmr.tally/1"
KEY: Final = b"cmr"
MAGIC: Final = b"PAR1"
_CODE, _COMPARATOR = "code:", "comparator:"


class _Path(Protocol):
    """A path of the operating system, without the modules that touch it."""

    def __fspath__(self) -> str:
        """Return the path as text."""
        ...


def write(tally: Tally) -> bytes:
    """Return a tally as the bytes of a Parquet file; the same bytes for the same tally."""
    cells = in_order(tally.cells)
    columns: dict[str, pa.Array] = {
        f"{_CODE}{name}": pa.array(codes, pa.int32()) for name, codes in cells.codes.items()
    }
    columns["label"] = pa.array(cells.label, pa.int8())
    columns["score"] = pa.array(cells.score, pa.float64(), from_pandas=True)
    for name, scores in cells.comparators.items():
        columns[f"{_COMPARATOR}{name}"] = pa.array(scores, pa.float64(), from_pandas=True)
    columns["exams"] = pa.array(cells.exams, pa.int64())
    header: dict[str, Any] = {
        "schema": SCHEMA,
        "digest": tally.digest,
        "measure_digest": tally.measure_digest,
        "table_digest": tally.table_digest,
        "rows": tally.rows,
        "levels": {name: list(levels) for name, levels in tally.levels.items()},
        "persons": persons_as_json(tally.persons),
        "producer": tally.producer,
    }
    table = pa.table(columns).replace_schema_metadata({KEY: rfc8785.dumps(header)})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", store_schema=True)
    return bytes(sink.getvalue().to_pybytes())


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
    """Return the tally of a header and a table of cells."""
    levels = {
        str(name): tuple(str(level) for level in names) for name, names in header["levels"].items()
    }

    def array(name: str) -> np.ndarray[Any, np.dtype[Any]]:
        return np.asarray(table.column(name).to_numpy())

    cells = Cells(
        codes={name: array(f"{_CODE}{name}").astype(np.int32) for name in levels},
        label=array("label").astype(np.int8),
        score=array("score").astype(np.float64),
        comparators={
            name.removeprefix(_COMPARATOR): array(name).astype(np.float64)
            for name in table.column_names
            if name.startswith(_COMPARATOR)
        },
        exams=array("exams").astype(np.int64),
    )
    _check_cells(cells, levels)
    persons = {
        (str(one["partition"]), tuple((str(k), str(v)) for k, v in one["by"])): Persons(
            patients=int(one["patients"]), repeated=int(one["repeated"])
        )
        for one in header["persons"]
    }
    return Tally(
        measure_digest=str(header["measure_digest"]),
        table_digest=str(header["table_digest"]),
        rows=int(header["rows"]),
        levels=levels,
        cells=cells,
        persons=persons,
        producer=str(header["producer"]),
    )


def _check_cells(cells: Cells, levels: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse cells that no table could have given."""
    for name, codes in cells.codes.items():
        if codes.size and not (int(codes.min()) >= 0 and int(codes.max()) < len(levels[name])):
            raise ValueError(f"a code of “{name}” means nothing")
    if not bool(np.isin(cells.label, [UNLABELLED, 0, 1]).all()):
        raise ValueError("a label is neither 0 nor 1")
    if not bool((cells.exams >= 1).all()):
        raise ValueError("a cell counts nobody")
