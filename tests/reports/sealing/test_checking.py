"""Facts about checking: what was added to a file, and files that are none."""

import io

import pytest

from reports.errors import SealError
from reports.sealing import attachments, check, filled_since, revisions
from tests.factories.seals import ROLE_FIELD, Files, signed_by


def drawn_over(pdf: bytes) -> bytes:
    """Return a file to which something was appended that shows on its first page."""
    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stream = writer.add_object(StreamObject(stream_data=b"0 0 300 300 re f"))
    page, _ = writer.find_page_for_modification(0)  # type: ignore[no-untyped-call]
    page.get_object()["/Contents"] = stream
    writer.mark_update(page)
    written = io.BytesIO()
    writer.write(written)  # type: ignore[no-untyped-call]
    return written.getvalue()


class TestCheck:
    """What the signatures of a file are worth."""

    def test_without_any(self, base: bytes) -> None:
        """A file that nobody signed has its fields, all empty."""
        found = check(base)
        assert (found.signatures, found.digest) == ((), found.base_digest)
        assert attachments(base) == {"dossier.json": b"{}"}

    def test_page_drawn_over_after_the_seal(self, sealed: bytes) -> None:
        """What is sealed is intact, and yet the file no longer says it."""
        (found,) = check(drawn_over(sealed)).signatures
        assert (found.intact, found.unchanged, found.holds) == (True, False, False)

    @pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n%%EOF\n", b"PK\x03\x04" * 99])
    def test_what_is_no_pdf(self, content: bytes) -> None:
        """It is said to be none, whatever the library stumbles over."""
        with pytest.raises(SealError, match="cannot be read as a PDF"):
            check(content)

    def test_cut_short(self, sealed: bytes) -> None:
        """Half a file is no file."""
        with pytest.raises(SealError, match="cannot be read as a PDF"):
            check(sealed[: len(sealed) // 3])


class TestRevisions:
    """Where a file may have ended."""

    def test_ends(self, base: bytes, sealed: bytes, files: Files) -> None:
        """Rendered, sealed, signed: each of them ends where the next begins."""
        signed = signed_by(files, sealed)
        assert revisions(signed) == (len(base), len(sealed), len(signed))
        assert revisions(b"no end") == (6,)


class TestFilled:
    """What a later state of a file adds to an earlier one."""

    def test_a_signature_in_its_field(self, base: bytes, sealed: bytes, files: Files) -> None:
        """The field is named, on a sealed file and on one that is not."""
        assert filled_since(sealed, signed_by(files, sealed)) == frozenset({ROLE_FIELD})
        assert filled_since(base, signed_by(files, base)) == frozenset({ROLE_FIELD})

    def test_anything_more(self, base: bytes, sealed: bytes, files: Files) -> None:
        """A page that was drawn over before signing is not a signature."""
        for before in (base, sealed):
            assert filled_since(before, drawn_over(before)) is None
        assert filled_since(base, signed_by(files, drawn_over(base))) is None
