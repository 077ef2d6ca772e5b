"""Facts about keys: every kind opens, and what is wrong with one is said before it signs."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from reports.errors import SealError
from reports.sealing import (
    Intent,
    KeyFile,
    Pkcs12File,
    Source,
    Token,
    check,
    opened,
    seal,
    self_signed,
)
from tests.factories.seals import (
    AT,
    NAME,
    PASSPHRASE,
    Files,
    SoftToken,
    make_files,
    pdfsig_says,
)


def refusal(source: Source, **later: int) -> str:
    """Return what is said of a key that cannot sign."""
    with pytest.raises(SealError) as refused, opened(source, at=AT + timedelta(**later)):
        pass
    return str(refused.value)


class TestFiles:
    """PEM and PKCS#12."""

    def test_key_and_certificate_in_one_file(self, files: Files) -> None:
        """The certificate tells whose it is, and that nobody else vouches for it."""
        with opened(KeyFile(path=files.key), at=AT) as key:
            assert (key.method, key.certificate.name) == ("PEM", NAME)
            assert key.certificate.self_made
            assert key.certificate.fingerprint.startswith("sha256:")

    def test_pkcs12(self, files: Files) -> None:
        """The passphrase comes from a file, less the end of its line."""
        source = Pkcs12File(path=files.p12, passphrase=files.passphrase)
        with opened(source, at=AT) as key:
            assert (key.method, key.certificate.name) == ("PKCS#12", NAME)

    def test_key_under_a_passphrase(self, files: Files, tmp_path: Path) -> None:
        """It opens with the passphrase; without one, or with one too many, it says so."""
        made = self_signed(NAME, at=AT, days=1, passphrase=PASSPHRASE)
        locked = tmp_path / "locked.pem"
        locked.write_bytes(made.key + made.certificate)
        with opened(KeyFile(path=locked, passphrase=files.passphrase), at=AT) as key:
            assert key.certificate.name == NAME
        assert "needs a passphrase file" in refusal(KeyFile(path=locked))
        other = tmp_path / "wrong"
        other.write_text("wrong", encoding="utf-8")
        assert "is the passphrase right?" in refusal(KeyFile(path=locked, passphrase=other))
        assert "has no passphrase" in refusal(KeyFile(path=files.key, passphrase=other))
        wrong = refusal(Pkcs12File(path=files.p12, passphrase=other))
        assert "is the passphrase right?" in wrong
        assert "does it need a passphrase file?" in refusal(Pkcs12File(path=files.p12))

    def test_what_is_not_there(self, files: Files, tmp_path: Path) -> None:
        """A missing file is named, and so is one that holds something else."""
        missing = refusal(KeyFile(path=tmp_path / "none.pem"))
        assert "none.pem cannot be read: No such file" in missing
        text = tmp_path / "text.pem"
        text.write_text("hello", encoding="utf-8")
        assert "gives no private key" in refusal(KeyFile(path=text))
        assert "holds no certificate" in refusal(KeyFile(path=files.key, certificate=text))

    def test_certificate_of_another_key(self, files: Files, tmp_path: Path) -> None:
        """It is refused before anything is sealed with it."""
        other = make_files(tmp_path / "other")
        said = refusal(KeyFile(path=files.key, certificate=other.certificate))
        assert "belongs to this private key" in said

    def test_certificate_out_of_its_time(self, files: Files) -> None:
        """One that has expired, or begins later, is refused with the day."""
        assert "expired on 2036-11-20" in refusal(KeyFile(path=files.key), days=3651)
        assert "valid only from 2026-11-23 09:25" in refusal(KeyFile(path=files.key), days=-1)

    def test_certificate_for_something_else(self, tmp_path: Path) -> None:
        """One whose key usage names no signing is refused."""
        key = ec.generate_private_key(ec.SECP256R1())
        whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Only for agreeing keys")])
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
        )  # fmt: skip
        made = (
            x509.CertificateBuilder()
            .subject_name(whose)
            .issuer_name(whose)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(AT - timedelta(days=1))
            .not_valid_after(AT + timedelta(days=1))
            .add_extension(x509.KeyUsage(key_agreement=True, **usage), critical=True)
            .sign(key, hashes.SHA256())
        )
        path = tmp_path / "agreeing.pem"
        path.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            + made.public_bytes(Encoding.PEM)
        )
        assert "not for signing documents" in refusal(KeyFile(path=path))


class TestToken:
    """PKCS#11, on a token in software."""

    def test_key_never_leaves_it(self, token: SoftToken, base: bytes, pdf: Path) -> None:
        """What the token sealed holds, here and in poppler."""
        source = Token(module=token.module, token=token.token, label=token.label, pin=token.pin)
        for _ in range(2):  # the session ends with the first seal, and another begins
            with opened(source, at=AT) as key:
                assert (key.method, key.certificate.name) == ("PKCS#11", NAME)
                made = seal(base, key, Intent(field="seal", reason="Issued", at=AT))
        (signed,) = check(made).signatures
        assert signed.holds
        pdf.write_bytes(made)
        assert "Signature is Valid" in pdfsig_says(pdf)

    def test_what_is_wrong_with_it(self, token: SoftToken, tmp_path: Path) -> None:
        """A wrong PIN, token, label or driver is said to be that."""
        wrong = tmp_path / "pin"
        wrong.write_text("0000", encoding="utf-8")
        pin = Token(module=token.module, token=token.token, label="seal", pin=wrong)
        assert "the PIN is wrong" in refusal(pin)
        other = Token(module=token.module, token="nowhere", label="seal", pin=token.pin)
        assert "token “nowhere” cannot be opened" in refusal(other)
        label = Token(module=token.module, token=token.token, label="none", pin=token.pin)
        assert "no key and certificate “none”" in refusal(label)
        module = Token(module=tmp_path / "none.so", label="seal")
        assert "There is no PKCS#11 module" in refusal(module)
