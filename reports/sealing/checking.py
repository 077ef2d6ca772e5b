"""Checking: what the signatures in a PDF are worth, with no server and no network.

A signature *holds* when the bytes it covers are as they were when it was given, and what was
added afterwards is nothing but further signatures in fields made for them. Whether its
certificate is *trusted* is another question, answered only against roots that somebody names,
and at the time at which it was given.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from asn1crypto import x509
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel
from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from reports.errors import SealError
from reports.sealing.certificates import Certificate, described, read_certificates
from reports.sealing.reading import Reader, reading

_END: Final = b"%%EOF"
_LARGEST: Final = 64 << 20  # bytes of a file inside another
_MANY: Final = 100
_HARMLESS: Final = {
    ModificationLevel.NONE,
    ModificationLevel.LTA_UPDATES,
    ModificationLevel.FORM_FILLING,
}
_USAGE: Final = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """One signature of a PDF.

    Attributes
    ----------
    field : str
        The field that it stands in.
    certificate : Certificate
        Of whoever signed.
    reason : str
        Why, as the signer says.
    at : datetime or None
        When, as the signer says.
    stamped_at : datetime or None
        When, as a timestamp server says; None where none was asked.
    stamp_trusted : bool or None
        Whether one of the roots vouches for that server; None without a root or a server.
    certifies : bool
        Whether it lets nothing follow but signatures in fields made beforehand: a seal.
    intact : bool
        Whether what it covers is what was signed.
    last : bool
        Whether it covers the file to its end: nothing was added after it.
    unchanged : bool
        Whether nothing but signatures was added after it.
    trusted : bool or None
        Whether its certificate was vouched for by one of the roots when it signed; None where no
        root was named.
    """

    field: str
    certificate: Certificate
    reason: str
    at: datetime | None
    stamped_at: datetime | None
    stamp_trusted: bool | None
    certifies: bool
    intact: bool
    last: bool
    unchanged: bool
    trusted: bool | None

    @property
    def holds(self) -> bool:
        """Whether the file still says what was signed."""
        return self.intact and self.unchanged


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A PDF with its signatures, in the order in which they were given.

    Attributes
    ----------
    digest : str
        Of the whole file.
    base_digest, base_size : str, int
        Of the bytes before anything was added: what was rendered.
    fields : tuple of str
        Every signature field, the empty ones too.
    signatures : tuple of Signed
    """

    digest: str
    base_digest: str
    base_size: int
    fields: tuple[str, ...]
    signatures: tuple[Signed, ...]


def revisions(pdf: bytes) -> tuple[int, ...]:
    """Return where a file may have ended before something was added, its present end last."""
    found, place = [], pdf.find(_END)
    while place >= 0:
        end = place + len(_END)
        for tail in (b"\r\n", b"\n", b"\r"):
            if pdf[end:].startswith(tail):
                end += len(tail)
                break
        found.append(end)
        place = pdf.find(_END, end)
    if not found or found[-1] != len(pdf):
        found.append(len(pdf))
    return tuple(found)


def prefix_digest(pdf: bytes, size: int) -> str:
    """Return the digest of the first bytes of a file, so many."""
    return "sha256:" + hashlib.sha256(pdf[:size]).hexdigest()


def check(pdf: bytes, *, roots: Sequence[Path] = ()) -> Checked:
    """Return what the signatures of a PDF are worth.

    Parameters
    ----------
    pdf : bytes
        The file.
    roots : sequence of Path
        Files with the certificates that one trusts; none to leave trust open.

    Raises
    ------
    SealError
        When the file is no PDF that can be read.
    """
    trusted = [one for path in roots for one in read_certificates(path)]
    with reading():
        reader = Reader(pdf)
        fields = tuple(_fields(reader))
        found = tuple(_signed(one, trusted) for one in reader.embedded_regular_signatures)
    base = revisions(pdf)[0]
    return Checked(
        digest=prefix_digest(pdf, len(pdf)),
        base_digest=prefix_digest(pdf, base),
        base_size=base,
        fields=fields,
        signatures=found,
    )


def last_signature(pdf: bytes, *, roots: Sequence[Path] = ()) -> Signed | None:
    """Return what the last signature of a PDF is worth, None without any; see `check`."""
    trusted = [one for path in roots for one in read_certificates(path)]
    with reading():
        found = Reader(pdf).embedded_regular_signatures
        return _signed(found[-1], trusted) if found else None


def filled_since(before: bytes, after: bytes) -> frozenset[str] | None:
    """Return the fields that were signed between two states of a file; None if more was done.

    Parameters
    ----------
    before : bytes
        A prefix of `after`.
    after : bytes
        The file as it is now.

    Raises
    ------
    SealError
        When either is no PDF that can be read.
    """
    with reading():
        last = Reader(before).total_revisions - 1
        reader = Reader(after)
        found = DEFAULT_DIFF_POLICY.review_file(reader, last, doc_mdp=MDPPerm.FILL_FORMS)
        if isinstance(found, SuspiciousModification):
            return None
        if found.modification_level not in _HARMLESS:
            return None
        return frozenset(found.changed_form_fields)


def attachments(pdf: bytes) -> dict[str, bytes]:
    """Return the documents that travel inside a PDF, by their names.

    Raises
    ------
    SealError
        When the file is no PDF that can be read.
    """
    with reading():
        root: Any = Reader(pdf).root
        found: dict[str, bytes] = {}
        listed: Any = root["/AF"] if "/AF" in root else []  # noqa: SIM401 - `get` follows no reference
        for one in listed:
            if len(found) >= _MANY:
                raise SealError("The file carries more inside than a card does.")
            described: Any = one.get_object()
            found[str(described["/F"])] = _content(described["/EF"]["/F"])
        return found


def _content(stream: Any) -> bytes:  # noqa: ANN401 - pyHanko's streams
    """Return the bytes of an embedded file, unless they are beyond all measure."""
    if stream.get("/Filter") != "/FlateDecode":
        return bytes(stream.data)
    content = zlib.decompressobj().decompress(stream.encoded_data, _LARGEST + 1)
    if len(content) > _LARGEST:
        raise SealError("The file carries something inside that is larger than a card's.")
    return content


def _fields(reader: Reader) -> Iterator[str]:
    """Yield the names of a file's signature fields."""
    root: Any = reader.root
    for reference in root["/AcroForm"]["/Fields"] if "/AcroForm" in root else ():
        field: Any = reference.get_object()
        if field.get("/FT") == "/Sig":
            yield str(field["/T"])


def _signed(signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate]) -> Signed:
    status = _status(signature, (), None, changes=True)
    stamp = status.timestamp_validity
    stamped_at = None if stamp is None or not (stamp.valid and stamp.intact) else stamp.timestamp
    at = signature.self_reported_timestamp
    trusted = stamp_trusted = None
    if roots:
        if stamped_at is not None:
            server = _trust(signature, roots, stamped_at).timestamp_validity
            stamp_trusted = server is not None and server.trusted
        trusted = _trust(signature, roots, stamped_at if stamp_trusted else at).trusted
    entries: Any = signature.sig_object
    return Signed(
        field=signature.field_name,
        certificate=described(signature.signer_cert),
        reason=str(entries.get("/Reason", "")),
        at=at,
        stamped_at=stamped_at,
        stamp_trusted=stamp_trusted,
        certifies=signature.docmdp_level is not None,
        intact=status.intact and status.valid and (stamp is None or stamped_at is not None),
        last=status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        unchanged=_unchanged(status),
        trusted=trusted,
    )


def _status(
    signature: EmbeddedPdfSignature,
    roots: Sequence[x509.Certificate],
    moment: datetime | None,
    *,
    changes: bool,
) -> PdfSignatureStatus:
    """Return what the library finds; certificates are judged at a moment, and never fetched.

    What was added after the signature is looked at only where `changes` are asked: that is slow.
    """
    context = ValidationContext(
        trust_roots=list(roots),
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return validate_pdf_signature(
        signature, context, key_usage_settings=_USAGE, skip_diff=not changes
    )


def _trust(
    signature: EmbeddedPdfSignature, roots: Sequence[x509.Certificate], moment: datetime | None
) -> PdfSignatureStatus:
    """Return what the library finds of a certificate at a moment."""
    return _status(signature, roots, moment, changes=False)


def _unchanged(status: PdfSignatureStatus) -> bool:
    """Tell whether nothing but signatures followed one."""
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return True
    if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return False
    return status.docmdp_ok is not False and status.modification_level in _HARMLESS
