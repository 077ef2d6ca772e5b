"""Facts about signatures: what they leave alone, and what other programs say of them."""

from pathlib import Path

import pytest

from reports.errors import SealError
from reports.sealing import Intent, KeyFile, check, opened, seal
from tests.factories.seals import (
    AT,
    NAME,
    ROLE_FIELD,
    Files,
    flipped,
    make_files,
    pdfsig_says,
    pyhanko_says,
    signed_by,
    timestamp_server,
)

VALID = "Signature is Valid"


class TestSeal:
    """The organisation's seal."""

    def test_rendered_bytes_are_a_prefix(self, base: bytes, sealed: bytes) -> None:
        """Whoever renders the card again compares its first bytes."""
        assert sealed[: len(base)] == base
        found = check(sealed)
        assert (found.base_digest, found.base_size) == (check(base).digest, len(base))
        assert found.fields == ("seal", ROLE_FIELD)

    def test_certifies(self, sealed: bytes, files: Files) -> None:
        """It holds, says when and why, and is trusted by whoever trusts its certificate."""
        (found,) = check(sealed, roots=[files.certificate]).signatures
        assert (found.holds, found.certifies, found.last) == (True, True, True)
        assert (found.at, found.reason) == (AT, "Issued")
        assert (found.trusted, found.stamped_at) == (True, None)

    def test_other_programs_agree_and_see_one_flipped_byte(
        self, base: bytes, sealed: bytes, files: Files, pdf: Path
    ) -> None:
        """The command of pyHanko and poppler: valid as it is, not with one bit changed."""
        pdf.write_bytes(sealed)
        assert ":VALID" in pyhanko_says(pdf, files.certificate)
        assert VALID in pdfsig_says(pdf)
        broken = flipped(sealed, base.index(b"endstream") - 20)
        pdf.write_bytes(broken)
        assert ":INVALID" in pyhanko_says(pdf, files.certificate)
        assert VALID not in pdfsig_says(pdf)
        assert not check(broken).signatures[0].holds

    def test_field_that_is_not_there_or_taken(
        self, base: bytes, sealed: bytes, files: Files
    ) -> None:
        """Nothing is added to a place that was not made for it, and nothing twice."""
        with opened(KeyFile(path=files.key), at=AT) as key:
            with pytest.raises(SealError, match="“elsewhere” cannot be signed"):
                seal(base, key, Intent(field="elsewhere", reason="Issued", at=AT))
            with pytest.raises(SealError, match="“seal” cannot be signed"):
                seal(sealed, key, Intent(field="seal", reason="Issued", at=AT))


class TestTimestamp:
    """The word of a timestamp server (PAdES B-T)."""

    def test_is_added(self, base: bytes, files: Files, tmp_path: Path, pdf: Path) -> None:
        """The time is vouched for, and the seal holds everywhere; so is the server, if trusted."""
        time, own = tmp_path / "time.crt", files.certificate
        with timestamp_server(time) as address, opened(KeyFile(path=files.key), at=AT) as key:
            about = Intent(field="seal", reason="Issued", at=AT, timestamp_server=address)
            made = seal(base, key, about)
        (found,) = check(made).signatures
        assert (found.stamped_at, found.stamp_trusted, found.holds) == (AT, None, True)
        for roots, trusted in (([own], False), ([own, time], True)):
            (found,) = check(made, roots=roots).signatures
            assert (found.trusted, found.stamp_trusted) == (True, trusted)
        pdf.write_bytes(made)
        assert VALID in pdfsig_says(pdf)
        assert ":VALID" in pyhanko_says(pdf, own, time)

    def test_server_that_fails(self, base: bytes, files: Files) -> None:
        """One that is away, refuses or talks nonsense is named; nothing is sealed without it."""
        with opened(KeyFile(path=files.key), at=AT) as key:
            away = Intent(
                field="seal", reason="Issued", at=AT, timestamp_server="http://127.0.0.1:1/"
            )
            with pytest.raises(SealError, match=r"127\.0\.0\.1:1/ cannot be reached"):
                seal(base, key, away)
            with timestamp_server(status=503) as address:
                busy = Intent(field="seal", reason="Issued", at=AT, timestamp_server=address)
                with pytest.raises(SealError, match="answered 503"):
                    seal(base, key, busy)
            with timestamp_server(nonsense=True) as address:
                odd = Intent(field="seal", reason="Issued", at=AT, timestamp_server=address)
                with pytest.raises(SealError, match="did not answer with a timestamp"):
                    seal(base, key, odd)


class TestSign:
    """A person's own signature after the seal."""

    def test_leaves_the_seal_valid(
        self, sealed: bytes, files: Files, tmp_path: Path, pdf: Path
    ) -> None:
        """Both hold, here, in pyHanko's command and in poppler; each says whose it is."""
        own = make_files(tmp_path / "ann", name="Ann Olu")
        made = signed_by(own, sealed)
        assert made[: len(sealed)] == sealed
        first, second = check(made, roots=[files.certificate]).signatures
        assert (first.certificate.name, second.certificate.name) == (NAME, "Ann Olu")
        assert (first.holds, second.holds, first.last, second.last) == (True, True, False, True)
        assert (first.trusted, second.trusted) == (True, False)
        pdf.write_bytes(made)
        assert pdfsig_says(pdf).count(VALID) == 2
        assert pyhanko_says(pdf, files.certificate, own.certificate).count(":VALID") == 2
