"""Errors: what can go wrong when a card is made.

ReportError
├── FontsMissingError      the fonts that cards are set in are not where they should be
├── FigureError            a figure could not be drawn
├── SealError              it could not be sealed: key or certificate are not in order
│   └── SealAwayError      the timestamp server does not answer; trying again may help
└── LayoutError            the page could not be laid out as it must be
    └── TooLongError       page 1 runs over
"""

from collections.abc import Callable, Sequence


class ReportError(Exception):
    """Anything that keeps a card from being made."""

    code = "report"

    def __reduce__(self) -> tuple[Callable[..., "ReportError"], tuple[object, ...]]:
        """Travel between processes whole, whatever the class was made from."""
        return _revived, (type(self), self.args, self.__dict__)


def _revived(
    kind: type[ReportError], args: tuple[object, ...], facts: dict[str, object]
) -> ReportError:
    """Return an error as it was."""
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error


class FontsMissingError(ReportError):
    """The fonts that cards are set in are not where they should be."""

    code = "fonts-missing"

    def __init__(self, missing: Sequence[str], *, folder: str) -> None:
        self.missing = tuple(missing)
        self.folder = folder
        super().__init__(
            f"The card's fonts are missing from {folder}: {', '.join(missing)}. "
            "Install the package with all it depends on; from source, run `npm ci` and then "
            "`python -m reports.fonts node_modules reports/fonts`."
        )


class FigureError(ReportError):
    """A figure could not be drawn."""

    code = "figure"


class SealError(ReportError):
    """The card could not be sealed; says what is wrong with key or certificate."""

    code = "seal"


class SealAwayError(SealError):
    """The timestamp server does not answer; trying again may help."""

    code = "seal-away"


class LayoutError(ReportError):
    """The page could not be laid out as it must be; says what the layout engine complained of."""

    code = "layout"


class TooLongError(LayoutError):
    """Page 1 runs over: who decides from it would turn the page for the sign-offs."""

    code = "too-long"

    def __init__(self, pages: int) -> None:
        self.pages = pages
        super().__init__(f"Page 1 of the card takes {pages} pages; it must fit on one.")
