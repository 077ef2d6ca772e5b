"""Spelling: the nearest known word, for messages that help."""

import difflib
from collections.abc import Iterable


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
