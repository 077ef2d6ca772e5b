"""Datasets: partitions, uses, and patients as keyed digests that can be compared, never read."""

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
