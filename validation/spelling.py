"""Spelling: the nearest known word, for messages that help; and what counts as no word at all."""

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Final

WORDS_FOR_NOTHING: Final = (
    *("na", "n/a", "#n/a", "<na>", "nan", "null", "none", "-", "."),
    *("\N{EN DASH}", "\N{EM DASH}"),
)
WITHOUT_WIDTH: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def folded(name: str) -> str:
    """Return a name without blanks around it and characters without width, in Unicode form C."""
    seen = "".join(letter for letter in name if letter not in WITHOUT_WIDTH)
    return unicodedata.normalize("NFC", seen).strip()


def says_nothing(value: str) -> bool:
    """Tell whether a value is empty or a word for nothing."""
    plain = folded(value).casefold()
    return not plain or plain in WORDS_FOR_NOTHING


def nearest(word: str, known: Iterable[str], *, alike: float = 0.6) -> str | None:
    """Return the known word that `word` was most likely meant to be, or None.

    Case and the difference between space, hyphen and underscore do not count; words must be as
    `alike` as `difflib` measures it, from 0 to 1.
    """
    plain = {_plain(name): name for name in sorted(known, reverse=True)}
    found = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=alike)
    return plain[found[0]] if found else None


def suggestion(word: str, known: Iterable[str], *, what: str = "Known") -> str:
    """Return a sentence that names the nearest known word, or all of them."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return f"Did you mean “{near}”?"
    return f"{what}: {listed(names)}." if names else "Remove it."


def listed(names: Iterable[str], *, most: int = 20) -> str:
    """Return names as a person would list them, the tail of a long list counted."""
    every = list(names)
    shown = ", ".join(f"“{name}”" for name in every[:most])
    return f"{shown} and {len(every) - most} more" if len(every) > most else shown


def _plain(word: str) -> str:
    """Return `word` without case and without the choice of separator."""
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())
