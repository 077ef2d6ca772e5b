"""The page on which anybody learns whether a card is current: without a script, and with one."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from registry.domain.cards import code_of
from registry.domain.digests import digest_of
from registry.domain.standings import State
from registry.services.cards.gathering import documents_of
from registry.services.work import Workshop
from registry.store import versions
from registry.store.cards import CardRow
from tests.factories.browser import Browser, Page
from tests.factories.callers import application, problem
from tests.factories.reviews import make_case
from tests.registry.faces.web.conftest import Site

OLD, NEW = b"%PDF-1.7 the first\n%%EOF\n", b"%PDF-1.7 the second\n%%EOF\n"
UNKNOWN = "7K2M-Q0XT-93ZA-8VHB"


def keep_cards(workshop: Workshop, *, review: bool) -> list[str]:
    """Keep two cards of version 1 as if they were issued; return their codes."""
    with workshop.begin(None) as work:
        row = versions.named(work.session, "heart-cad/1")
        now = documents_of(work, row).whole_digest if review else "sha256:" + "22" * 32
        digests = ["sha256:" + "11" * 32, now]
        for number, (content, digest) in enumerate(zip((OLD, NEW), digests, strict=True), start=1):
            work.session.add(
                CardRow(
                    id=work.new_id(),
                    version_id=row.id,
                    number=number,
                    dossier="sha256:" + "33" * 32,
                    state=State.DRAFT,
                    headline="Policy blocks: pilot use at Hungary.",
                    documents_digest=digest,
                    pdf_digest=digest_of(content),
                    size=len(content),
                    code=code_of(digest),
                    issued_at=work.now(),
                )
            )
    return [code_of(digest) for digest in digests]


@pytest.fixture
def client(workshop: Workshop) -> TestClient:
    """Return a browser without scripts, at a registry with two cards of a version in review."""
    case = make_case(workshop)
    case.open()
    return TestClient(application(workshop), base_url="http://localhost")


def answer_of(page: str) -> str:
    """Return the words of an answer."""
    found = re.search(r'id="answer".*?</div>', page, flags=re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


class TestWithoutScript:
    """What the server itself answers."""

    def test_codes(self, client: TestClient, workshop: Workshop) -> None:
        """Current, older, unknown, malformed: each is told by a form that needs no script."""
        old, new = keep_cards(workshop, review=True)
        empty = client.get("/verify")
        assert (empty.status_code, 'id="answer"' in empty.text) == (200, False)
        assert "form-action 'self'" in empty.headers["content-security-policy"]
        assert empty.headers["cache-control"] == "no-store"
        current = client.get("/verify", params={"code": new.lower()})
        assert "This is the current card of heart-cad/1." in answer_of(current.text)
        assert 'class="word unsure"' in current.text, "it is current, and it is a draft"
        older = client.get(f"/verify/{old}")
        assert "older card of heart-cad/1." in answer_of(older.text)
        assert "The newest is card 2." in answer_of(older.text)
        unknown = client.get("/verify", params={"code": UNKNOWN})
        assert "does not know this code" in answer_of(unknown.text)
        wrong = client.get("/verify", params={"code": "<script>"})
        assert (wrong.status_code, "16 letters and digits" in answer_of(wrong.text)) == (422, True)
        assert "<script>&" not in wrong.text
        assert "&lt;script&gt;" in wrong.text
        by_digest = client.get("/verify", params={"code": digest_of(NEW)})
        assert "current card" in answer_of(by_digest.text)

    def test_over_the_api(self, client: TestClient, workshop: Workshop) -> None:
        """The same, for programs; nobody is signed in, and too much in vain is refused."""
        keep_cards(workshop, review=True)
        path = "/api/v1/verify"
        found = client.get(path, params={"digest": digest_of(NEW)}).json()
        assert (found["outcome"], found["matched"]) == ("current", "file")
        assert (found["card"]["number"], found["card"]["now"]) == (2, "draft")
        added = {"digest": [digest_of(NEW + b"more"), digest_of(NEW)]}
        assert client.get(path, params=added).json()["outcome"] == "changed"
        unknown = client.get(path, params={"code": UNKNOWN}).json()
        assert (unknown["outcome"], unknown["card"]) == ("unknown", None)
        assert problem(client.get(path))[:2] == (422, "bad-input")
        for _ in range(workshop.settings.failures_per_address):
            client.get(path, params={"code": UNKNOWN})
        busy = client.get(path, params={"code": UNKNOWN})
        assert problem(busy)[:2] == (503, "busy")
        page = client.get(f"/verify/{UNKNOWN}")
        assert (page.status_code, "fifteen minutes" in answer_of(page.text)) == (503, True)


def choose(page: Page, path: Path) -> str:
    """Choose a file on the page and return the answer."""
    page.until("document.documentElement.dataset.ready === 'yes'")
    root = page.call("DOM.getDocument")["root"]["nodeId"]
    field = page.call("DOM.querySelector", nodeId=root, selector="#file")["nodeId"]
    page.run("document.getElementById('answer')?.remove()")
    page.call("DOM.setFileInputFiles", nodeId=field, files=[str(path)])
    page.until("document.getElementById('answer') !== null")
    page.until("document.documentElement.dataset.ready === 'yes'")
    return page.text("#answer")


def test_file_in_a_browser(site: Site, browser: Browser, tmp_path: Path) -> None:
    """Its digests are computed there: the whole is known, or its beginning, or nothing."""
    keep_cards(site.registry.workshop, review=False)
    file = tmp_path / "card.pdf"
    with browser.page() as page:
        page.open(f"{site.address}/verify")
        for content, said in (
            (OLD, "older card of heart-cad/1."),
            (OLD + b"drawn over\n%%EOF\n", "was changed after that"),
            (OLD[:9] + b"X" + OLD[10:], "does not know this file"),
        ):
            file.write_bytes(content)
            assert said in choose(page, file)
        assert page.run("document.activeElement.id") == "answer"
        unlabelled = (
            "[...document.querySelectorAll('input')].filter(one => !one.labels.length).length"
        )
        assert page.run(unlabelled) == 0
        assert page.run("document.querySelectorAll('h1').length") == 1
        assert page.run("document.documentElement.lang") == "en-GB"
