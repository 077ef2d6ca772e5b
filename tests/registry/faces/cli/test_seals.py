"""`cmr seal`, `cmr card sign` and `cmr card verify` over an embedded registry."""

import json
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.domain import releases
from registry.domain.cards import SEAL
from registry.domain.errors import BadInputError
from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from reports.errors import SealError
from reports.sealing import Intent, KeyFile, opened, seal
from tests.factories.people import PASSWORD, login_of
from tests.factories.releases import zipped
from tests.factories.reviews import make_case
from tests.factories.seals import flipped, make_files

VERSION = "heart-cad/1"


@dataclass
class Cmr:
    """The command over one embedded registry, as the clinical lead runs it."""

    workshop: Workshop
    home: Path
    settings: dict[str, str]

    def run(self, *words: str, ends: int = 0) -> Result:
        """Run `cmr`."""
        with self.workshop.begin(None) as work:
            login = login_of(Role.CLINICAL_LEAD)
            opened = sessions.sign_in(work, login=login, password=PASSWORD).result()
        own = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "200"}
        ended = CliRunner().invoke(whole(), [*words], env=own | self.settings)
        assert ended.exit_code == ends, (ended.output, ended.exception)
        return ended


def test_from_a_key_to_a_signed_card(home: Path, tmp_path: Path) -> None:
    """Make a key, issue a sealed card, check it, sign in it, and find one flipped byte."""
    workshop = Workshop.open(Settings(home=home))
    make_case(workshop).approved()
    cmr = Cmr(workshop=workshop, home=home, settings={})
    key, file = tmp_path / "seal.pem", tmp_path / "card.pdf"
    made = cmr.run("seal", "key", str(key), "--name", "Trial seal", "--organisation", "Elsewhere")
    assert "vouches for itself" in made.output
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    cmr.settings["CMR_SEAL_KEY"] = str(key)
    doctor = cmr.run("doctor").output
    assert "Trial seal (Elsewhere), until" in doctor
    assert "It will do for a trial." in doctor

    issued = cmr.run("card", "issue", VERSION, "--out", str(file)).output
    assert "sealed by Trial seal (Elsewhere)" in issued
    got = cmr.run("card", "get", VERSION, "--rendered", "--out", str(tmp_path / "base.pdf"))
    assert "its first" in got.output
    base, sealed = (tmp_path / "base.pdf").read_bytes(), file.read_bytes()
    assert sealed[: len(base)] == base
    root = ("--root", str(tmp_path / "seal.crt"))
    checked = cmr.run("card", "verify", str(file), *root).output
    assert "This is the current card of heart-cad/1." in checked
    said = " ".join(checked.split())
    assert "The PDF is sealed by Trial seal (Elsewhere)" in said
    assert "by its own clock: unchanged since, and a certificate that you named vouches" in said
    assert "The dossier in the file is the one that was signed off." in checked

    _sign(cmr, tmp_path)
    _flip(cmr, file, len(base))
    _take_home(cmr, tmp_path)


def _sign(cmr: Cmr, folder: Path) -> None:
    """Sign in the card by a key of one's own, and check that."""
    files = make_files(folder / "own", name="Dr Lead", at=datetime.now(UTC))
    words = ("card", "sign", VERSION, "--role", "clinical lead")
    own = ("--pkcs12", str(files.p12), "--secret-file", str(files.passphrase))
    assert "as clinical lead, by Dr Lead." in cmr.run(*words, *own).output
    listed = json.loads(cmr.run("card", "list", VERSION, "--json").stdout)
    assert [one["name"] for one in listed[0]["signatures"]] == ["Dr Lead"]
    signed = folder / "signed.pdf"
    assert "signed by Dr Lead" in cmr.run("card", "get", VERSION, "--out", str(signed)).output
    told = json.loads(cmr.run("card", "verify", str(signed), "--json").stdout)
    assert (told["registry"]["outcome"], told["registry"]["matched"]) == ("current", "signed")
    assert [one["holds"] for one in told["signatures"]] == [True, True]


def _flip(cmr: Cmr, file: Path, rendered: int) -> None:
    """Change one bit, and cut the seal off."""
    whole = file.read_bytes()
    file.write_bytes(flipped(whole, rendered // 2))
    broken = cmr.run("card", "verify", str(file), ends=3).output
    assert "The PDF was sealed by Trial seal" in broken
    assert "what that covers was changed" in " ".join(broken.split())
    assert "does not know this file" in broken
    file.write_bytes(whole[:rendered])
    offline = cmr.run("card", "verify", str(file), "--offline").output
    assert "The PDF bears no seal (PAdES), and nobody has signed in it." in offline
    file.write_bytes(whole + b"\n")
    longer = cmr.run("card", "verify", str(file), "--offline", ends=3).output
    assert "Something was added behind the last signature" in longer


def _take_home(cmr: Cmr, folder: Path) -> None:
    """Check the sealed and signed card in a release bundle, where no registry is asked."""

    def plain(*words: str, ends: int = 0) -> str:
        return " ".join(cmr.run(*words, ends=ends).output.split())  # however wide a terminal is

    bundle = folder / "release.zip"
    cmr.run("release", VERSION, "--out", str(bundle))
    key = ("--key", cmr.run("audit", "key").output.split()[0])
    root, own = (
        ("--root", str(path)) for path in (folder / "seal.crt", folder / "own" / "seal.crt")
    )
    told = plain("verify", str(bundle), *key, *root, *own)
    assert "The PDF is sealed by Trial seal (Elsewhere)" in told
    assert "The PDF is signed by Dr Lead" in told
    assert told.count("a certificate that you named vouches for it") == 2
    assert "The trail names the certificate of that seal" in told
    assert "The file begins with what the registry rendered, as the trail has it" in told
    assert "Everything that was checked holds" in told
    alone = plain("verify", str(bundle), *key, *root, ends=1)
    assert "signed by Dr Lead" in alone
    assert "for whom no certificate that you named vouches" in alone

    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    longer = files | {releases.CARD: files[releases.CARD] + b"\n"}
    (folder / "longer.zip").write_bytes(zipped(longer))
    changed = plain("verify", str(folder / "longer.zip"), *key, ends=1)
    assert changed.count("name one that you trust with --root") == 2
    assert "card.pdf was changed" in changed
    assert "Something was added behind the last signature" in changed
    _reseal(folder, files, plain)


def _reseal(folder: Path, files: dict[str, bytes], plain: Callable[..., str]) -> None:
    """Put a seal of the same name by another key on what was rendered."""
    other, at = (
        make_files(folder / "other", name="Trial seal", at=datetime.now(UTC)),
        datetime.now(UTC),
    )
    with opened(KeyFile(path=other.key), at=at) as key:
        intent = Intent(field=SEAL, reason="Issued by the registry", at=at)
        swapped = seal((folder / "base.pdf").read_bytes(), key, intent)
    (folder / "swapped.zip").write_bytes(zipped(files | {releases.CARD: swapped}))
    told = plain("verify", str(folder / "swapped.zip"), ends=1)
    assert "The PDF is sealed by Trial seal" in told
    assert "not the one that the registry put on this card" in told
    assert "the trail names another certificate for card 1" in told
    (folder / "swapped.pdf").write_bytes(swapped)
    alone = ("verify", str(folder / "swapped.pdf"))
    assert "name one that you trust with --root" in plain(*alone)
    root = ("--root", str(folder / "seal.crt"))
    assert "for whom no certificate that you named vouches" in plain(*alone, *root, ends=1)


class TestRefusals:
    """What is said where it cannot be done."""

    def test_keys(self, home: Path, tmp_path: Path) -> None:
        """No key is overwritten; a missing one is a problem of the installation."""
        cmr = Cmr(workshop=Workshop.open(Settings(home=home)), home=home, settings={})
        runner, there = CliRunner(), tmp_path / "there.pem"
        there.write_text("mine", encoding="utf-8")
        ended = runner.invoke(whole(), ["seal", "key", str(there), "--name", "x"])
        assert isinstance(ended.exception, BadInputError)
        assert there.read_text(encoding="utf-8") == "mine"
        environment = {"CMR_HOME": str(home), "CMR_SEAL_KEY": str(tmp_path / "none.pem")}
        doctor = runner.invoke(whole(), ["doctor", "--json"], env=environment)
        assert "none.pem cannot be read" in json.loads(doctor.stdout)["problem"]
        worker = runner.invoke(whole(), ["worker"], env=environment)
        assert isinstance(worker.exception, SealError)
        module = {"CMR_SEAL_PKCS11_MODULE": str(tmp_path / "driver.so")}
        two = runner.invoke(whole(), ["doctor"], env=environment | module)
        assert "set either CMR_SEAL_KEY or CMR_SEAL_PKCS11_MODULE" in str(two.exception)
        for part, key in (("PKCS11_PIN_FILE", "PKCS11_MODULE"), ("CERTIFICATE", "KEY or CMR_SEAL")):
            alone = runner.invoke(whole(), ["doctor"], env={f"CMR_SEAL_{part}": "some.file"})
            assert f"CMR_SEAL_{part} seals nothing by itself; set CMR_SEAL_{key}" in str(
                alone.exception
            )
        none = runner.invoke(whole(), ["doctor"], env={"CMR_HOME": str(cmr.home)})
        assert "cards are not sealed" in none.output

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--role", "clinical lead"), "one of --pem, --pkcs12 and --pkcs11"),
            (("--role", "tea lady", "--pem", "KEY"), "is no role"),
            (("--role", "clinical lead", "--pkcs11", "KEY"), "Name the key on the token"),
        ],
    )
    def test_signing(self, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
        """A key is named in one way, and the role by its name, before anything is fetched."""
        key = tmp_path / "key"
        key.touch()
        given = [str(key) if word == "KEY" else word for word in words]
        ended = CliRunner().invoke(whole(), ["card", "sign", VERSION, *given])
        assert isinstance(ended.exception, BadInputError)
        assert said in str(ended.exception)

    def test_what_is_no_card(self, tmp_path: Path) -> None:
        """A file that is no PDF is bad input."""
        file = tmp_path / "card.pdf"
        file.write_text("hello", encoding="utf-8")
        ended = CliRunner().invoke(whole(), ["card", "verify", str(file), "--offline"])
        assert isinstance(ended.exception, BadInputError)
        assert "cannot be read as a PDF" in str(ended.exception)
