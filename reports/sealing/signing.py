"""Signing: a PAdES signature added to a PDF after its bytes, in a field that waits for it."""

import io
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from reports.errors import SealError
from reports.sealing.keys import Key
from reports.sealing.stamps import stamp_style
from reports.sealing.timestamps import TimestampServer


@dataclass(frozen=True, kw_only=True)
class Intent:
    """What a signature is for.

    Attributes
    ----------
    field : str
        The signature field, made beforehand, that it stands in.
    reason : str
        Why it is given, in words that a PDF viewer shows.
    at : datetime
        When; a timestamp server's word is added where there is one.
    words : tuple of str
        The lines printed in its place; nothing is printed without.
    timestamp_server : str or None
        The address (RFC 3161) that vouches for the time.
    """

    field: str
    reason: str
    at: datetime
    words: tuple[str, ...] = ()
    timestamp_server: str | None = None


class _Dated(PdfSigner):
    """A signer that takes the time as an argument instead of from the machine."""

    at: datetime

    def init_signing_session(
        self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False
    ) -> PdfSigningSession:
        """Begin, at the time that was given."""
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def seal(base: bytes, key: Key, intent: Intent) -> bytes:
    """Return a PDF certified: afterwards only the fields made beforehand may be signed.

    Parameters
    ----------
    base : bytes
        A PDF that nobody has signed; it is a prefix of what is returned.
    key : Key
        What `opened` yields.
    intent : Intent
        Where, why and when.

    Raises
    ------
    SealError
        When the field is not there or taken, key or timestamp server fail.
    """
    return _signed(base, key, intent, certify=True)


def sign(pdf: bytes, key: Key, intent: Intent) -> bytes:
    """Return a PDF with one more signature; the parameters and errors are those of `seal`.

    What was there is a prefix of what is returned, and its signatures stay valid.
    """
    return _signed(pdf, key, intent, certify=False)


def _signed(pdf: bytes, key: Key, intent: Intent, *, certify: bool) -> bytes:
    about = PdfSignatureMetadata(
        field_name=intent.field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=intent.reason,
        name=key.certificate.name,
        certify=certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    server = intent.timestamp_server
    signer = _Dated(
        about,
        key.signer,
        timestamper=None if server is None else TimestampServer(server),
        stamp_style=stamp_style(intent.words),
    )
    signer.at = intent.at
    try:
        made = signer.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), existing_fields_only=True
        ).getvalue()
    except (SigningError, PdfReadError) as error:
        raise SealError(f"The field “{intent.field}” cannot be signed: {error}") from error
    if made[: len(pdf)] != pdf:  # pragma: no cover -- an incremental update never does this
        raise SealError("The signature did not leave the bytes before it as they were.")
    return bytes(made)
