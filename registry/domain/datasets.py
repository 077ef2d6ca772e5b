"""Datasets: partitions, uses, and patients as keyed digests that can be compared, never read."""

import codecs
import csv
import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from registry.domain.errors import BadInputError, IntegrityError

KEY_BYTES = 32


class Use(StrEnum):
    """What a version used a dataset for."""

    TRAINING = "training"
    TUNING = "tuning"
    TESTING = "testing"


def normalised(identifier: str) -> str:
    """Return an identifier as it is compared: trimmed, Unicode NFKC, case folded.

    Nothing else is changed: leading zeros and punctuation tell patients apart.
    """
    return unicodedata.normalize("NFKC", identifier).strip().casefold()


def patient_key(secret: bytes, identifier: str) -> bytes:
    """Return the 32-byte key under which one patient is compared.

    It is HMAC-SHA-256 under the registry's overlap key, so that only this registry can tell
    whether two keys are one patient, and nobody can try identifiers without the key.

    Raises
    ------
    BadInputError
        When the identifier is empty.
    """
    plain = normalised(identifier)
    if not plain:
        raise BadInputError("A patient identifier is empty.", field="patient")
    return hmac.new(secret, b"patient\n" + plain.encode(), hashlib.sha256).digest()


def packed(keys: Iterable[bytes]) -> bytes:
    """Return the distinct keys in ascending order, one after the other."""
    return b"".join(sorted(set(keys)))


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield the keys of a packed artifact in ascending order.

    Raises
    ------
    IntegrityError
        When the bytes are no whole number of keys.
    """
    if len(content) % KEY_BYTES:
        raise IntegrityError("The patients' keys are damaged: their length is no multiple of 32.")
    for at in range(0, len(content), KEY_BYTES):
        yield content[at : at + KEY_BYTES]


def identifiers(chunks: Iterable[bytes], *, column: str | None = None) -> Iterator[str]:
    """Yield the patient identifiers of a list: UTF-8 CSV, a header first, one row a patient.

    Parameters
    ----------
    chunks : iterable of bytes
        The list, cut anywhere.
    column : str or None
        The column that identifies the patient; not needed where there is only one.

    Raises
    ------
    BadInputError
        Names the row or the column, never an identifier.
    """
    rows = csv.reader(_lines(chunks))
    header = [name.strip() for name in next(rows, [])]
    at = _column(header, column)
    for number, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= at or not row[at].strip():
            raise BadInputError(
                f"Row {number} has no identifier; complete it or leave the row out.",
                field=header[at],
            )
        yield row[at]


def _column(header: list[str], column: str | None) -> int:
    """Return where the identifier stands."""
    if not any(header):
        raise BadInputError("The list is empty; send a header and one identifier a line.")
    if column is None and len(header) == 1:
        return 0
    if column is None or column not in header:
        asked = (
            "Say which column" if column is None else f"There is no column “{column}”; say which"
        )
        raise BadInputError(f"{asked} identifies the patient: {', '.join(header)}.", field="column")
    return header.index(column)


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the lines of UTF-8 text that arrives in pieces."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    rest = ""
    try:
        for chunk in chunks:
            *lines, rest = (rest + decoder.decode(chunk)).split("\n")
            yield from (line + "\n" for line in lines)
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise BadInputError("The list is not UTF-8 text; save it as CSV in UTF-8.") from error
    if rest:
        yield rest


def require_counts(partitions: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse counts that cannot be.

    Raises
    ------
    BadInputError
        Names the partition and the count.
    """
    if not partitions:
        raise BadInputError("Name at least one partition with its counts.", field="partitions")
    for name, counts in partitions.items():
        field = f"partitions.{name}"
        exams = counts["exams"]
        for part in ("patients", "positives"):
            if counts[part] is not None and counts[part] > exams:
                raise BadInputError(
                    f"{counts[part]} {part} cannot be among {exams} exams.", field=f"{field}.{part}"
                )


def require_partition(partition: str, partitions: Mapping[str, Any]) -> str:
    """Return the partition, if the dataset has it.

    Raises
    ------
    BadInputError
        Names the partitions that it has.
    """
    if partition not in partitions:
        raise BadInputError(
            f"the dataset has no partition “{partition}”; it has: {', '.join(sorted(partitions))}.",
            field="partition",
        )
    return partition


def require_plausible_count(count: int, partition: str, counts: Mapping[str, Any]) -> None:
    """Refuse patients that are more, or fewer, than the partition's record says.

    Raises
    ------
    BadInputError
        Says both numbers and the remedy.
    """
    recorded = counts["patients"]
    if recorded is not None and recorded != count:
        raise BadInputError(
            f"The list names {count} patients, the record of {partition} says {recorded}; send "
            "the list of the same patients, or correct the record first.",
            field="patients",
        )
