"""Labels: how a label may be written, and what is said where its words tell nothing for certain."""

# ruff: noqa: S608  (every name in the SQL is ours)
import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from validation.engines.refusals import first_values, in_list, refuse
from validation.engines.session import Session
from validation.spelling import folded, listed, says_nothing
from validation.tallies import UNLABELLED

POSITIVE, NEGATIVE = ("1", "true", "1.0"), ("0", "false", "0.0")
STRANGE: Final = -9  # the code of what is no label
_ONE = r"1(\.0*)?"  # what writers of decimals make of it
_ZERO = r"-?0(\.0*)?([eE][+-]?\d+)?"
_MEANT = {
    **dict.fromkeys(("yes", "y", "ja", "positive", "pos", "present", "t", "abnormal", "+"), 1),
    **dict.fromkeys(("no", "n", "nein", "negative", "neg", "absent", "f", "normal"), 0),
}


def label_codes(column: pa.Array) -> npt.NDArray[np.int64]:
    """Return what the labels of a typed column say, as its text would.

    Parameters
    ----------
    column : array
        Of whole numbers, truth values, floats, decimals or texts.

    Returns
    -------
    int64 array, shape (n,)
        1, 0, `UNLABELLED` where there is none, and `STRANGE` where it is no label.
    """
    kind = column.type
    if pa.types.is_boolean(kind) or (pa.types.is_integer(kind) and not pa.types.is_uint64(kind)):
        missing, whole = column.null_count, column.cast(pa.int64())
        labels = np.asarray(whole.fill_null(UNLABELLED) if missing else whole)
        fine = (labels == 0) | (labels == 1)
        if fine.all() or int((~fine).sum()) == missing:
            return labels
        return np.where(fine, labels, STRANGE)
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        numbers = np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
        codes = np.where(numbers == 1, 1, np.where(numbers == 0, 0, STRANGE))
        return np.where(np.isnan(numbers), UNLABELLED, codes)
    if not pa.types.is_dictionary(kind):
        column = column.cast(pa.string()).dictionary_encode()
    table = np.array([*map(_code, column.dictionary.to_pylist()), UNLABELLED])
    return np.asarray(table[np.asarray(column.indices.fill_null(table.size - 1))])


def _code(word: str) -> int:
    """Return what a label in words says."""
    if says_nothing(word):
        return UNLABELLED
    plain = folded(word).lower()
    if plain in POSITIVE or re.fullmatch(_ONE, plain):
        return 1
    return 0 if plain in NEGATIVE or re.fullmatch(_ZERO, plain) else STRANGE


def write_plainly(session: Session, column: str) -> None:
    """Write 1 and 0 for labels with other decimals, such as 1.00 and -0.0, in a loaded column."""
    short = session.short(column)
    known = in_list([*POSITIVE, *NEGATIVE])
    one, zero = (f"regexp_full_match({{}}, '{pattern}')" for pattern in (_ONE, _ZERO))
    odd = f"({one} OR {zero}) AND {{}} NOT IN ({known})".replace("{}", short)
    if session.ask(f"SELECT 1 FROM loaded WHERE {odd} LIMIT 1"):
        session.rewrite(column, f"CASE WHEN {one} THEN '1' WHEN {zero} THEN '0' ELSE {{}} END")


def refuse_other_words(
    session: Session, column: str, positive: Sequence[str], negative: Sequence[str]
) -> None:
    """Refuse a column of labels that holds other words, and say how to write them.

    Raises
    ------
    TableError
        Naming the words found and what each is probably meant to be; it is never guessed, since a
        wrong guess would turn every figure round.
    """
    condition = f"lower({{}}) NOT IN ({in_list([*positive, *negative])})"
    words = first_values(session, column, condition)
    if not words:
        return
    meant = [
        f"“{word}” as {_MEANT[word.casefold()]}" for word in words if word.casefold() in _MEANT
    ]
    also = f"; in all the column holds {listed(words)}" if len(words) > 1 else ""
    how = (
        f"Write {' and '.join(meant)}, if that is what is meant"
        if meant
        else ("Write 1 or true for exams with the condition, 0 or false for those without")
    )
    refuse(
        session,
        column,
        condition,
        f"the label {{value}} is neither 0 nor 1{also}.",
        f"{how}, and leave it empty where it is not known.",
    )
