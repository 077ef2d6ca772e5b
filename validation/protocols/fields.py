"""Fields: one level of a protocol, read key by key, so that nothing in it goes unread.

A key that nobody asked for is an error when the level is left; every message names the place
and what to write instead.
"""

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Self, TypeVar

from validation.errors import ProtocolError
from validation.spelling import listed, nearest, suggestion

Word = TypeVar("Word", bound=StrEnum)


class Fields:
    """One table of the protocol and the place where it stands.

    Use it as a context: leaving it refuses every key that was not read. A null counts as an
    absent key, so that the canonical document can be read like a file.
    """

    def __init__(self, values: object, at: str) -> None:
        self.at = at
        if not isinstance(values, Mapping):
            raise ProtocolError(
                f"this must be a table of keys, not {_kind(values)}.",
                remedy=f"Write it as [{at}] with one key a line." if at else "Write TOML.",
                at=at,
            )
        self._values: Mapping[str, Any] = {k: v for k, v in values.items() if v is not None}
        self._known: list[str] = []

    def __enter__(self) -> Self:
        """Return the level itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Refuse what was not read, unless something else already went wrong."""
        if kind is None:
            self.refuse_unknown()

    def place(self, key: str) -> str:
        """Return the dotted path of a key of this level."""
        return f"{self.at}.{key}" if self.at else key

    def keys(self) -> list[str]:
        """Return the keys that stand there, in their order."""
        return list(self._values)

    def take(self, key: str) -> object:
        """Return what stands under a key, None where nothing does, and count it as read."""
        self._known.append(key)
        return self._values.get(key)

    def refuse_unknown(self) -> None:
        """Refuse the first key that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                raise ProtocolError(
                    "this key is not known here, so that it would have no effect.",
                    remedy=suggestion(key, sorted(set(self._known)), what="Keys known here"),
                    at=self.place(key),
                )

    def missing(self, key: str, example: str) -> ProtocolError:
        """Return the error that says a required key is absent, or what stands there misspelt."""
        unread = [name for name in self._values if name not in self._known]
        misspelt = nearest(key, unread, alike=0.8)
        if misspelt is not None:
            return self.wrong(misspelt, "this key is not known here.", f"Did you mean “{key}”?")
        return ProtocolError(
            "this is required and missing.", remedy=f"Write {example}.", at=self.place(key)
        )

    def wrong(self, key: str, problem: str, remedy: str) -> ProtocolError:
        """Return an error about the value of one key."""
        return ProtocolError(problem, remedy=remedy, at=self.place(key))

    def text(self, key: str) -> str | None:
        """Return a non-empty text, or None where the key is absent."""
        value = self.take(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong(
                key, f"this must be a text, not {_kind(value)}.", "Put it in quotation marks."
            )
        if not value.strip():
            raise self.wrong(key, "this text is empty.", "Fill it in or leave the key out.")
        return value.strip()

    def required_text(self, key: str, example: str) -> str:
        """Return a non-empty text."""
        value = self.text(key)
        if value is None:
            raise self.missing(key, example)
        return value

    def word(self, key: str, words: type[Word]) -> Word | None:
        """Return one of a closed set of words, or None where the key is absent."""
        value = self.choice(key, [word.value for word in words])
        return None if value is None else words(value)

    def choice(self, key: str, choices: Iterable[str]) -> str | None:
        """Return one of the texts that may stand there, or None where the key is absent."""
        value, allowed = self.text(key), list(choices)
        if value is not None and value not in allowed:
            raise self.wrong(
                key,
                f"“{value}” is not one of the words that may stand here.",
                f"Choose among {listed(allowed)}.",
            )
        return value

    def number(
        self,
        key: str,
        *,
        above: float | None = None,
        below: float | None = None,
        least: float | None = None,
    ) -> float | None:
        """Return a finite number above, below, or no less than the bounds that are given."""
        value = self.take(key)
        if value is None:
            return None
        number = as_number(value, self.place(key))
        if above is not None and number <= above:
            raise self.wrong(key, f"{number:g} is too small.", f"Give a number above {above:g}.")
        if least is not None and number < least:
            raise self.wrong(
                key, f"{number:g} is too small.", f"Give a number of at least {least:g}."
            )
        if below is not None and number >= below:
            raise self.wrong(key, f"{number:g} is too large.", f"Give a number below {below:g}.")
        return number

    def whole(self, key: str, *, least: int) -> int | None:
        """Return a whole number of at least `least`, or None where the key is absent."""
        value = self.number(key, least=least)
        if value is not None and not value.is_integer():
            raise self.wrong(key, f"{value:g} is not a whole number.", "Give a whole number.")
        return None if value is None else int(value)

    def truth(self, key: str) -> bool:
        """Return true or false; an absent key is false."""
        value = self.take(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(
                key, f"this must be true or false, not {_kind(value)}.", "Write true or false."
            )
        return value

    def numbers(self, key: str) -> tuple[float, ...] | None:
        """Return a list of finite numbers, or None where the key is absent."""
        value = self.take(key)
        return (
            None
            if value is None
            else tuple(
                as_number(item, f"{self.place(key)}[{index}]")
                for index, item in enumerate(as_list(value, self.place(key)))
            )
        )

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of non-empty texts, or None where the key is absent."""
        value = self.take(key)
        if value is None:
            return None
        return tuple(
            as_text(item, f"{self.place(key)}[{index}]")
            for index, item in enumerate(as_list(value, self.place(key)))
        )

    def table(self, key: str) -> "Fields | None":
        """Return the level below a key, or None where the key is absent."""
        value = self.take(key)
        return None if value is None else Fields(value, self.place(key))

    def tables(self, key: str) -> list["Fields"]:
        """Return the levels of a list of tables; none where the key is absent."""
        value = self.take(key)
        if value is None:
            return []
        return [
            Fields(item, f"{self.place(key)}[{index}]")
            for index, item in enumerate(as_list(value, self.place(key)))
        ]


def as_list(value: object, at: str) -> list[Any]:
    """Return a value that must be a list."""
    if not isinstance(value, list):
        raise ProtocolError(
            f"this must be a list, not {_kind(value)}.", remedy="Write it in [ ].", at=at
        )
    return value


def as_number(value: object, at: str) -> float:
    """Return a value that must be a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ProtocolError(
            f"this must be a number, not {_kind(value)}.",
            remedy="Write it without quotation marks, with a decimal point.",
            at=at,
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ProtocolError("this number is not finite.", remedy="Give a finite number.", at=at)
    return number


def as_text(value: object, at: str) -> str:
    """Return a value that must be a non-empty text."""
    if not isinstance(value, str) or not value.strip():
        raise ProtocolError(
            f"this must be a text with something in it, not {_kind(value)}.",
            remedy="Put the name in quotation marks.",
            at=at,
        )
    return value.strip()


def _kind(value: object) -> str:
    """Name the kind of a TOML value in plain words."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (str, "a text"),
        ((int, float), "a number"),
        (list, "a list"),
        (Mapping, "a table"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "a date")
