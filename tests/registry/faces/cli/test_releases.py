"""Facts about `cmr release` and `cmr verify`: taken home, and checked where no registry is."""

import json
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from registry.domain import releases
from registry.faces.server import create_app
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.commands import Terminal
from tests.factories.releases import Release, keep, zipped


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Return a terminal on a machine that has no registry."""
    return Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)


class TestVerify:
    """A bundle or a card, and nothing else."""

    def test_a_bundle_that_holds(self, terminal: Terminal, release: Release) -> None:
        """With a key all holds, in sentences; no registry is touched or made."""
        path = keep(release, terminal.folder)
        told = terminal.done("verify", str(path), "--key", release.key.text())
        assert "✓ Everything that was checked holds." in told
        assert "Night staff were not asked." in " ".join(told.split())
        for heading in ("The files", "The card", "Who signed", "The decision", "The evidence"):
            assert f"\n{heading}\n" in told
        assert not (terminal.folder / "home").exists()
        key = terminal.file("registry.key", release.key.text() + "\n")
        note = terminal.file("kept.txt", release.files[releases.CHECKPOINT].decode())
        found = json.loads(terminal.done("verify", str(path), "--key", key, "-c", note, "--json"))
        assert found["holds"] is True
        assert found["by_own_key"] is True
        assert "trail.outside" in {one["id"] for one in found["findings"]}

    def test_without_a_key(self, terminal: Terminal, release: Release) -> None:
        """The first sentence says that nobody is vouched for."""
        told = terminal.done("verify", str(keep(release, terminal.folder)))
        assert "Whose they are was not shown" in told
        assert "Everything that was checked holds" not in told

    def test_a_bundle_that_does_not(self, terminal: Terminal, release: Release) -> None:
        """Ends with 1 and names the file; so does one that is cut off."""
        changed = release.put(releases.DECISION, b"{}")
        ended = terminal.cmr("verify", str(keep(changed, terminal.folder)))
        assert ended.code == 1
        assert "✗ This does not hold." in ended.out
        assert "decision.json was changed" in ended.out
        short = terminal.folder / "short.zip"
        short.write_bytes(zipped(release.files)[:4000])
        ended = terminal.cmr("verify", str(short))
        assert ended.code == 1
        assert "cut off or damaged" in ended.out

    def test_a_card(self, terminal: Terminal, release: Release) -> None:
        """What it carries inside is checked; what it does not carry is named."""
        card = terminal.folder / "card.pdf"
        card.write_bytes(release.files[releases.CARD])
        told = terminal.done("verify", str(card), "--key", release.key.text())
        assert "Everything that was checked holds" in told
        assert "A card carries no part of the trail" in told
        assert "Whose they are was not shown" in terminal.done("verify", str(card))
        card.write_bytes(b"%PDF-1.7 nothing")
        assert terminal.cmr("verify", str(card)).code == 1
        ended = terminal.cmr("verify", str(card), "--witness", release.key.text())
        assert (ended.code, "release bundle" in ended.err) == (2, True)

    def test_what_cannot_be_checked_at_all(self, terminal: Terminal, release: Release) -> None:
        """A file that is neither, or a key that is none, ends with 2."""
        other = terminal.file("letter.txt", "hello")
        ended = terminal.cmr("verify", other)
        assert (ended.code, "neither a release bundle" in ended.err) == (2, True)
        path = str(keep(release, terminal.folder))
        assert terminal.cmr("verify", path, "--key", "nonsense").code == 2
        ended = terminal.cmr("verify", path, "--root", other)
        assert (ended.code, "letter.txt holds no certificate" in ended.err) == (2, True)
        binary = terminal.folder / "kept.bin"
        binary.write_bytes(b"\xff")
        assert terminal.cmr("verify", path, "-c", str(binary)).code == 2


class TestRelease:
    """Taking one home."""

    def test_an_auditor_takes_one_home(self, terminal: Terminal, decided_home: Path) -> None:
        """It is written as a zip, and holds by the key that `cmr audit key` prints."""
        shutil.copytree(decided_home, terminal.folder / "home")
        terminal.patch.setenv("CMR_ORIGIN", "test-registry")
        terminal.login("auditor")
        target = terminal.folder / "taken.zip"
        told = terminal.done("release", "heart-cad/1", "--out", str(target))
        assert "All on which heart-cad/1 was decided" in told
        key = terminal.done("audit", "key").split("\n")[0]
        again = json.loads(terminal.done("release", "heart-cad/1", "--out", str(target), "--json"))
        assert again["size"] == target.stat().st_size
        terminal.done("verify", str(target), "--key", key)

    def test_says_what_is_missing(self, terminal: Terminal, home: Path) -> None:
        """A version that is not there, or has no card, says so; nothing is written."""
        assert home.is_dir()
        terminal.founded()
        terminal.enrolled("uv", ["auditor"])
        terminal.login("uv")
        target = terminal.folder / "r.zip"
        ended = terminal.cmr("release", "heart-cad/1", "--out", str(target))
        assert ended.code == 2
        assert not target.exists()


class TestVerifier:
    """The page that checks in a browser."""

    def test_is_written_and_served_to_anybody(self, terminal: Terminal, home: Path) -> None:
        """`cmr verifier` needs no registry; a registry gives the same page without a login."""
        written = terminal.folder / "verify.html"
        assert "drop a release bundle on it" in terminal.done("verifier", "--out", str(written))
        with TestClient(create_app(Workshop.open(Settings(home=home)))) as client:
            assert client.get("/api/v1/verifier").content == written.read_bytes()
