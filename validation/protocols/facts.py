"""Facts: what a glance at a table tells about its columns, for drafting a protocol."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """What one column holds.

    Attributes
    ----------
    name : str
    levels : tuple of str
        Its different values, sorted, where they are few; empty where they are many.
    distinct, empty : int
        How many different values it has, and how many rows leave it empty.
    low, high : float or None
        Its range, where every value is a number.
    """

    name: str
    levels: tuple[str, ...]
    distinct: int
    empty: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class TableFacts:
    """What a table holds: its name, its rows, its columns in their order.

    Attributes
    ----------
    remarks : tuple of str
        Sentences on how it was read, for the head of the draft.
    """

    name: str
    rows: int
    columns: tuple[ColumnFacts, ...]
    remarks: tuple[str, ...] = ()
