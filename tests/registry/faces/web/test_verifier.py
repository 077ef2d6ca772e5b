"""The verifier's page in a browser, from a file: it finds what the program finds."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.domain import releases
from registry.domain.cards import SEAL
from registry.domain.notes import PublicKey
from registry.domain.releases import catalogue
from registry.settings import data_folder
from reports import fonts, verifier
from reports.sealing import Intent, KeyFile, opened, seal
from tests.factories.browser import Browser, Page
from tests.factories.releases import PROGRAM, Release, keep, zipped
from tests.factories.seals import AT, make_files
from tests.factories.tampering import KINDS

# What a browser cannot do, and what it says instead.
ONLY_PROGRAM = {
    "evidence.again", "evidence.differs", "criteria.follow", "criteria.differ",
    "decision.follows", "card.only", "card.unread",
}  # fmt: skip
ONLY_PAGE = {"evidence.not_here", "decision.rules", "card.unopened", "seal.none"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page as a file."""
    path = tmp_path_factory.mktemp("verifier") / "verify.html"
    made = verifier.page(data_folder() / "templates", catalogue(), made=PROGRAM, fonts=fonts.FOLDER)
    path.write_bytes(made)
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """Return the page, opened from its file."""
    with browser.page(authenticator=False) as opened:
        opened.open(file.as_uri())
        yield opened


def found(page: Page, content: bytes, key: PublicKey | None) -> dict[str, Any]:
    """Return what the page finds in a zip."""
    packed = base64.b64encode(content).decode()
    word = "null" if key is None else f"await cmrVerify.publicKey({json.dumps(key.text())})"
    told = page.run(
        f"(async () => {{ const bytes = Uint8Array.from(atob('{packed}'), c => c.charCodeAt(0));"
        f"const {{report}} = await cmrVerify.check(bytes, 'given.zip', {{key: {word}}});"
        "return JSON.stringify({headline: report.headline, findings: report.findings}); })()"
    )
    document: dict[str, Any] = json.loads(told)
    return document


def give(page: Page, path: Path) -> None:
    """Choose a file on the page, and wait until it is checked."""
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    node = page.call("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
    page.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)
    page.until(f"document.getElementById('about').textContent.includes({json.dumps(path.name)})")


def added(kind: str, name: str) -> str:
    """Return a script that has the page fetch something by an element."""
    return (
        f"new Promise(done => {{ const e = document.createElement('{kind}');"
        "e.onload = () => done('sent'); e.onerror = () => done('refused');"
        f"e.src = 'http://127.0.0.1:9/{name}'; document.head.append(e); }})"
    )


class TestSame:
    """The page and the program over the same bytes."""

    def test_every_bundle_comes_out_alike(self, page: Page, release: Release) -> None:
        """Whole and tampered with, each finding has id, verdict, file and words in common."""
        bundles = {"whole": release, "without a key": release}
        for name, kind in KINDS.items():
            made = kind.make(release)
            version = made.json(releases.MANIFEST)["version"]
            bundles[name] = made.listed(release.secret, version=version)
        for name, made in bundles.items():
            key = None if name == "without a key" else made.key
            told = found(page, zipped(made.files), key)
            there = {(one["id"], one["verdict"], one["file"]) for one in told["findings"]}
            report = made.checked(key=key)
            here = {(one.id, one.verdict.value, one.file) for one in report.findings}
            if name not in KINDS:
                told_here = {one.text for one in report.findings}
                assert {
                    one["text"]
                    for one in told["findings"]
                    if one["id"] not in {"key.own", "card.inside", *ONLY_PAGE}
                } <= told_here, name
            kind_of = KINDS.get(name)
            if kind_of is not None and kind_of.in_browser:
                said = [one["text"] for one in told["findings"] if one["id"] == kind_of.found]
                assert any(kind_of.words in text for text in said), (name, said)
            if name == "a file of another shape":
                continue  # what cannot be read is told by each in its own words
            assert {one for one in here - there if one[0] not in ONLY_PROGRAM} == set(), name
            assert {one for one in there - here if one[0] not in ONLY_PAGE} == set(), name

    def test_a_seal_is_left_to_others(self, page: Page, release: Release, tmp_path: Path) -> None:
        """Of a sealed card it compares the bytes, and says in words what it cannot check."""
        files = make_files(tmp_path)
        with opened(KeyFile(path=files.key), at=AT) as key:
            intent = Intent(field=SEAL, reason="issued", at=AT)
            sealed = seal(release.files[releases.CARD], key, intent)
        made = release.put(releases.CARD, sealed).listed(release.secret)
        said = {
            one["id"]: one["text"] for one in found(page, zipped(made.files), made.key)["findings"]
        }
        assert "neither that the seal fits the bytes nor whose certificate" in said["seal.browser"]
        assert "cmr verify checks the seal itself, with --root" in said["seal.browser"]
        assert "no card with these bytes" in said["card.foreign"], "which stands above"

    def test_odd_containers(self, page: Page, release: Release) -> None:
        """What is hidden, cut off, there twice or named to escape is found in a browser, too."""
        whole = zipped(release.files)
        escaping = zipped({**release.files, "../evil.txt": b"x", "Card.pdf": b"x"})
        cases = {
            "file.hidden": whole[:-2] + b"\x06\x00hidden",
            "file.damaged": whole[: len(whole) // 2],
            "file.name": escaping,
            "file.twice": escaping,
        }
        for wanted, content in cases.items():
            told = found(page, content, release.key)
            assert wanted in {one["id"] for one in told["findings"]}, wanted
        stored = bytearray(whole)
        stored[200] ^= 1
        assert "does not hold" in found(page, bytes(stored), release.key)["headline"]
        assert "does not hold" in found(page, b"PK nothing", None)["headline"]


class TestPage:
    """What a person does with it."""

    def test_a_person_checks_a_bundle(self, page: Page, release: Release, tmp_path: Path) -> None:
        """A file is chosen, the words appear and are announced; a key is then given."""
        give(page, keep(release, tmp_path))
        assert "Whose they are was not shown" in page.text("#headline")
        assert page.run("document.getElementById('word').className") == "word unsure"
        assert page.run("document.activeElement.id") == "word", "one is led to the answer"
        page.run(
            f"document.getElementById('key').value = {json.dumps(release.key.text())};"
            "document.getElementById('key').dispatchEvent(new Event('change'))"
        )
        page.until("document.getElementById('word').className === 'word good'")
        text = page.text("#parts")
        assert "Night staff were not asked." in text
        assert "WHO SIGNED" in text.upper()
        assert "not checked: " in page.run("document.getElementById('parts').textContent")
        assert page.text("#status").startswith("Checked.")

    def test_what_does_not_hold_comes_first(
        self, page: Page, release: Release, tmp_path: Path
    ) -> None:
        """A bundle that was tampered with is said not to hold, in words and not by colour."""
        made = KINDS["an objection taken out"].make(release)
        give(page, keep(made, tmp_path))
        assert "✗ This does not hold." in page.text("#headline")
        first = page.run("document.querySelector('#parts li').textContent")
        assert "does not hold: signatures.json was changed" in first

    def test_a_word_that_is_no_key(self, page: Page, release: Release, tmp_path: Path) -> None:
        """The field says what is wrong with it, and nothing is checked by it."""
        give(page, keep(release, tmp_path))
        page.run(
            "document.getElementById('key').value = 'nonsense';"
            "document.getElementById('key').dispatchEvent(new Event('change'))"
        )
        page.until("!document.getElementById('key-wrong').hidden")
        assert page.text("#key-wrong").startswith("This is not a key: a key is written")
        assert page.run("document.getElementById('key').getAttribute('aria-invalid')") == "true"

    def test_speaks_to_nobody(self, page: Page) -> None:
        """The browser itself refuses a connection, a script and a frame from this page."""
        for attempt in (
            "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')",
            added("script", "x.js"),
            added("img", "x.png"),
        ):
            assert page.run(attempt) == "refused"

    def test_an_old_browser_says_so(self, browser: Browser, file: Path, release: Release) -> None:
        """Where WebCrypto does not know Ed25519 nothing is called signed."""
        script = """
            const known = crypto.subtle.importKey.bind(crypto.subtle);
            crypto.subtle.importKey = (form, key, way, ...rest) => way.name === "Ed25519"
                ? Promise.reject(new DOMException("unknown", "NotSupportedError"))
                : known(form, key, way, ...rest);
        """
        with browser.page(authenticator=False, script=script) as page:
            page.open(file.as_uri())
            told = found(page, zipped(release.files), release.key)
            assert "this browser cannot" in told["headline"]
            assert "key.browser" in {one["id"] for one in told["findings"]}
            assert not [one for one in told["findings"] if one["id"].startswith("sign.")]

    def test_fits_a_telephone(self, page: Page, release: Release, tmp_path: Path) -> None:
        """At 360 pixels nothing is wider than the window."""
        page.resize(360)
        give(page, keep(release, tmp_path))
        assert page.run("document.documentElement.scrollWidth") == 360
