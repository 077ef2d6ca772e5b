"""Seals for tests: a small tagged PDF with fields, keys of every kind, and a timestamp server."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from asn1crypto import pem, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.keys.internal import (
    translate_pyca_cryptography_cert_to_asn1,
    translate_pyca_cryptography_key_to_asn1,
)
from pyhanko.sign.timestamps import DummyTimeStamper

from reports.pdf import Attached, Described, Fact, lay_out, write_document
from reports.sealing import Intent, KeyFile, opened, self_signed, sign

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NAME = "Seal of St Elsewhere"
PASSPHRASE = "open sesame"
ROLE_FIELD = "clinical-safety-officer-1"
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)
_PAGE = """<!DOCTYPE html><html lang="en"><head><title>A card</title>
<meta name="dcterms.created" content="2026-11-20T00:00:00Z">
<meta name="dcterms.modified" content="2026-11-20T00:00:00Z">
<style>@font-face { font-family: Inter; src: url(Inter-Regular.ttf) }
body { font-family: Inter } div { height: 12mm; width: 60mm }</style></head>
<body><h1>A card</h1>
<div data-field="seal" data-signs="Seal of the registry"></div>
<div data-field="clinical-safety-officer-1" data-signs="Signature: safety officer"></div>
</body></html>"""


def make_base() -> bytes:
    """Return a PDF of one page with an empty field for a seal and one for a role."""
    about = Described(moment=AT, facts=(Fact(name="model", value="heart-cad", words="Model"),))
    inside = Attached(name="dossier.json", content=b"{}", description="A dossier")
    return write_document(lay_out(_PAGE), about, attachments=[inside])


@dataclass(frozen=True, kw_only=True)
class Files:
    """Files of one key: PEM, its certificate, PKCS#12 and the passphrase of that."""

    folder: Path

    @property
    def key(self) -> Path:
        """The private key, with its certificate."""
        return self.folder / "seal.pem"

    @property
    def certificate(self) -> Path:
        """The certificate alone."""
        return self.folder / "seal.crt"

    @property
    def p12(self) -> Path:
        """Both, under a passphrase."""
        return self.folder / "seal.p12"

    @property
    def passphrase(self) -> Path:
        """That passphrase, with the end of line that an editor leaves."""
        return self.folder / "passphrase"


def make_files(folder: Path, *, name: str = NAME, at: datetime = AT, days: int = 3650) -> Files:
    """Write a new key into a folder in every form."""
    folder.mkdir(parents=True, exist_ok=True)
    made, files = self_signed(name, at=at, days=days), Files(folder=folder)
    files.key.write_bytes(made.key + made.certificate)
    files.certificate.write_bytes(made.certificate)
    files.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")
    content = pkcs12.serialize_key_and_certificates(
        b"seal",
        load_pem_private_key(made.key, None),  # type: ignore[arg-type]  # a key of that kind
        x509.load_pem_x509_certificate(made.certificate),
        None,
        BestAvailableEncryption(PASSPHRASE.encode()),
    )
    files.p12.write_bytes(content)
    return files


def pyhanko_says(pdf: Path, *roots: Path) -> str:
    """Return what the command `pyhanko sign validate` says of a file, one line a signature."""
    trusted = [word for root in roots for word in ("--trust", str(root))]
    words = (*trusted, "--trust-replace", "--no-revocation-check")
    ended = subprocess.run(
        [sys.executable, "-m", "pyhanko", "sign", "validate", *words, "--executive-summary", pdf],
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout + ended.stderr


def pdfsig_says(pdf: Path) -> str:
    """Return what poppler's `pdfsig` says of a file."""
    ended = subprocess.run(["pdfsig", "-nocert", pdf], capture_output=True, text=True, check=False)
    return ended.stdout + ended.stderr


def signed_by(files: Files, pdf: bytes) -> bytes:
    """Return a PDF with a signature in the field of the safety officer."""
    with opened(KeyFile(path=files.key), at=AT) as key:
        return sign(pdf, key, Intent(field=ROLE_FIELD, reason="approve", at=AT, words=("Ann",)))


def flipped(pdf: bytes, place: int) -> bytes:
    """Return a file with one bit of one byte flipped."""
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


@contextmanager
def timestamp_server(
    root: Path | None = None, *, status: int = 200, nonsense: bool = False
) -> Iterator[str]:
    """Run a timestamp server (RFC 3161) on this machine and yield its address.

    Its certificate is written to the file `root`.
    """
    stamper = _stamper(AT)
    if root is not None:
        root.write_bytes(pem.armor("CERTIFICATE", stamper.tsa_cert.dump()))

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer one question."""
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            given = stamper.async_request_tsa_response(tsp.TimeStampReq.load(asked))
            stamp = asyncio.run(given).dump()
            answer = b"<html>busy</html>" if nonsense or status != 200 else stamp
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _stamper(at: datetime) -> DummyTimeStamper:
    """Return what stamps, with a certificate of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Time of St Elsewhere")])
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=3650))
        .add_extension(purpose, critical=True)
        .sign(key, hashes.SHA256())
    )
    return DummyTimeStamper(
        translate_pyca_cryptography_cert_to_asn1(certificate),
        translate_pyca_cryptography_key_to_asn1(key),
        fixed_dt=at,
    )


@dataclass(frozen=True, kw_only=True)
class SoftToken:
    """A token in software: its driver, its label, its key's label, and the file of its PIN."""

    module: Path
    token: str
    label: str
    pin: Path


def make_token(folder: Path) -> SoftToken:
    """Make a token in software that holds the key of `make_files` and its certificate."""
    module = next((Path(one) for one in MODULES if Path(one).is_file()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        sentence = "no token in software to test with: sudo apt-get install softhsm2"
        if os.environ.get("CMR_ALLOW_SKIPS") == "1":
            pytest.skip(sentence)
        pytest.fail(sentence)
    (folder / "tokens").mkdir(parents=True)
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
    os.environ["SOFTHSM2_CONF"] = str(config)  # read once, when the driver is loaded
    files = make_files(folder / "files")
    whole = load_pem_private_key(files.key.read_bytes(), None)
    alone = folder / "key.pem"
    alone.write_bytes(whole.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for words in (
        ("--init-token", "--free", "--label", "elsewhere", "--pin", "1234", "--so-pin", "5678"),
        ("--import", str(alone), "--token", "elsewhere", "--label", "seal", "--id", "01",
         "--pin", "1234"),
    ):  # fmt: skip
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True)
    _put_certificate(module, x509.load_pem_x509_certificate(files.certificate.read_bytes()))
    pin = folder / "pin"
    pin.write_text("1234\n", encoding="utf-8")
    return SoftToken(module=module, token="elsewhere", label="seal", pin=pin)


def _put_certificate(module: Path, certificate: x509.Certificate) -> None:
    """Put a certificate beside the key."""
    from pkcs11 import Attribute, CertificateType, ObjectClass, lib

    with (
        lib(str(module))
        .get_token(token_label="elsewhere")
        .open(rw=True, user_pin="1234") as session
    ):
        session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.LABEL: "seal",
                Attribute.ID: b"\x01",
                Attribute.SUBJECT: certificate.subject.public_bytes(),
                Attribute.VALUE: certificate.public_bytes(serialization.Encoding.DER),
            }
        )
