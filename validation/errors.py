"""Errors: what can be wrong with a table, a protocol, a tally or a stratum.

ValidationError
├── TableError          the prediction table cannot be used: says column, row and remedy
├── ProtocolError       the protocol cannot be used: says where in it and the remedy
├── TallyError          a tally cannot be read, or does not fit the protocol
└── UndefinedError      a number does not exist for this stratum: says why
    └── EmptyStratumError   because the stratum holds nobody
"""

from collections.abc import Sequence


class ValidationError(Exception):
    """Anything that keeps numbers about predictions from being computed."""

    code = "validation"


class TableError(ValidationError):
    """A prediction table cannot be used as it is.

    Parameters
    ----------
    problem : str
        One sentence that says what is wrong.
    remedy : str
        One sentence that says what to do.
    column : str or None
        The column of the table that is concerned, as the table spells it.
    rows : sequence of int
        The first few rows concerned, counted as a person would: 1 is the first row below
        the header.
    total : int
        How many rows are concerned in all; at least ``len(rows)``.
    """

    code = "table"

    def __init__(
        self,
        problem: str,
        *,
        remedy: str,
        column: str | None = None,
        rows: Sequence[int] = (),
        total: int = 0,
    ) -> None:
        self.problem = problem
        self.remedy = remedy
        self.column = column
        self.rows = tuple(rows)
        self.total = max(total, len(self.rows))
        super().__init__(f"{self._place()}{problem} {remedy}")

    def _place(self) -> str:
        """Say where in the table, for the front of the message."""
        words = [f"column “{self.column}”"] if self.column is not None else []
        if self.rows:
            listed = ", ".join(f"{row:,}" for row in self.rows)
            more = (
                f" and {self.total - len(self.rows):,} more" if self.total > len(self.rows) else ""
            )
            words.append(f"row {listed}{more}" if self.total == 1 else f"rows {listed}{more}")
        return ", ".join(words)[:1].upper() + ", ".join(words)[1:] + ": " if words else ""


class ProtocolError(ValidationError):
    """A protocol cannot be used as it is.

    Parameters
    ----------
    problem : str
        One sentence that says what is wrong.
    remedy : str
        One sentence that says what to do.
    at : str
        Where in the protocol, as a dotted path: ``criteria[2].over``.
    """

    code = "protocol"

    def __init__(self, problem: str, *, remedy: str, at: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        self.at = at
        super().__init__(f"{at}: {problem} {remedy}" if at else f"{problem} {remedy}")


class TallyError(ValidationError):
    """A tally cannot be read, or was not made for this protocol."""

    code = "tally"


class UndefinedError(ValidationError):
    """A number does not exist for this stratum; the message says why in a few plain words."""

    code = "undefined"


class EmptyStratumError(UndefinedError):
    """A stratum holds nobody."""

    code = "empty-stratum"
