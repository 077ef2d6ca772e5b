"""Complaints: what the layout engine would only log, as an error."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from reports.errors import LayoutError


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.sentences: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.sentences.append(record.getMessage())


@contextmanager
def no_complaint() -> Iterator[None]:
    """Turn what the layout engine would only log into an error.

    Raises
    ------
    LayoutError
        When the layout engine warned of anything.
    """
    heard = _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(heard)
    try:
        yield
    finally:
        logger.removeHandler(heard)
    if heard.sentences:
        raise LayoutError("The card could not be laid out cleanly: " + " ".join(heard.sentences))
