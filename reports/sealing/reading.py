"""Reading: a PDF as the signing library sees it, without counting its objects anew for each one.

A card keeps its two thousand objects in one stream. The library reads the list of that stream from
its beginning for every single one; here it is read once.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader

from reports.errors import SealError


class Reader(PdfFileReader):
    """A reader that remembers where the objects of a stream begin."""

    def __init__(self, pdf: bytes) -> None:
        self._streams: dict[int, tuple[bytes, list[int], int]] = {}
        super().__init__(io.BytesIO(pdf))

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:  # noqa: ANN401 - any object
        """Return an object of a stream; one that is not where it must be is refused as it was."""
        if stmnum not in self._streams:
            self._streams[stmnum] = self._listed(stmnum)
        content, listed, first = self._streams[stmnum]
        if not 0 <= idx < len(listed) // 2 or listed[2 * idx] != idnum:
            return super()._get_object_from_stream(idnum, stmnum, idx)  # type: ignore[no-untyped-call]
        place = io.BytesIO(content)
        place.seek(first + listed[2 * idx + 1])
        found = generic.read_object(place, generic.Reference(idnum, 0, self))
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            return super()._get_object_from_stream(idnum, stmnum, idx)  # type: ignore[no-untyped-call]
        return found

    def _listed(self, number: int) -> tuple[bytes, list[int], int]:
        """Return a stream's bytes, the numbers and places of its objects, and where they begin."""
        stream: Any = generic.Reference(number, 0, self).get_object()
        content, first = stream.read_data(DecodePurpose.OBJECT_STREAM), int(stream["/First"])
        try:
            listed = [int(part) for part in content[:first].split()[: 2 * int(stream["/N"])]]
        except ValueError:
            listed = []
        return content, listed, first


@contextmanager
def reading() -> Iterator[None]:
    """Say of whatever the library stumbles over that the file cannot be read.

    Raises
    ------
    SealError
        When the file is no PDF that can be read.
    """
    logger = logging.getLogger("pyhanko")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # what it would log of a broken file is told by the error
    try:
        yield
    except SealError:
        raise
    except Exception as error:
        raise SealError(f"The file cannot be read as a PDF: {error}") from error
    finally:
        logger.setLevel(level)
