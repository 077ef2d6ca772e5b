"""Facts about a browser's login through the provider, its cookie, and the command's."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from registry.domain.people import Role
from registry.faces.http.dependencies import COOKIE
from registry.faces.server import create_app
from registry.faces.web.login import UNDER_WAY
from registry.services import identities
from registry.services.work import Workshop
from registry.shapes.identities import IdentityIn
from tests.factories.callers import problem
from tests.factories.commands import Terminal
from tests.factories.people import PASSWORD, Registry, make_registry
from tests.factories.providers import browser_returns, running_provider, with_provider

OWN = {"Origin": "http://localhost:8000"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Return the issuer of a provider that runs on this machine."""
    with running_provider() as address:
        yield address


@pytest.fixture
def registry(workshop: Workshop, issuer: str) -> Registry:
    """Return a registry in which the auditor is “ulla” at the provider."""
    made = make_registry(with_provider(workshop, issuer))
    with made.work(Role.ENROLLER) as work:
        found = identities.propose(work, "auditor", IdentityIn(subject="ulla", why="seen"))
    with made.work(Role.ADMINISTRATOR) as work:
        identities.confirm(work, found.id)
    return made


@pytest.fixture
def browser(registry: Registry) -> TestClient:
    """Return a browser at the registry's own address, over HTTPS."""
    app = create_app(registry.workshop)
    return TestClient(app, base_url="https://localhost:8000", follow_redirects=False)


def signed_in(browser: TestClient) -> httpx.Cookies:
    """Sign “ulla” in at the provider."""
    away = browser.get("/login")
    answer = browser_returns(away.headers["location"], "ulla")
    back = browser.get("/login/callback", params=answer)
    assert back.status_code == 200, back.text
    kept = back.headers.get_list("set-cookie")
    (session,) = [one for one in kept if one.startswith(f"{COOKIE}=") and "Max-Age=0" not in one]
    for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert word in session
    assert "Domain" not in session
    return browser.cookies  # type: ignore[return-value]


class TestBrowser:
    """A browser's session."""

    def test_cookie_speaks_for_its_person(self, browser: TestClient) -> None:
        """It reads, changes things from the registry's own pages alone, and ends."""
        signed_in(browser)
        assert browser.get("/api/v1/people/me").json()["login"] == "auditor"
        for origin in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
            refused = browser.delete("/api/v1/sessions/current", headers=origin)
            assert problem(refused)[:2] == (403, "forbidden")
        both = browser.get("/api/v1/people/me", headers={"Authorization": "Bearer cmrs_x"})
        assert problem(both)[:2] == (401, "not-signed-in")
        assert browser.post("/logout", headers=OWN).status_code == 200
        assert browser.get("/api/v1/people/me").status_code == 401

    def test_answer_of_a_login_that_another_browser_began(
        self, browser: TestClient, registry: Registry
    ) -> None:
        """Nobody is signed in as somebody else by a link (login CSRF)."""
        away = browser.get("/login")
        answer = browser_returns(away.headers["location"], "ulla")
        another = TestClient(create_app(registry.workshop), base_url="https://localhost:8000")
        refused = another.get("/login/callback", params=answer)
        assert problem(refused)[:2] == (401, "identity-provider")
        assert UNDER_WAY in browser.cookies
        assert COOKIE not in another.cookies

    def test_provider_that_says_no(self, browser: TestClient) -> None:
        """Its word is passed on."""
        refused = browser.get("/login/callback", params={"error": "access_denied"})
        assert "access_denied" in refused.json()["detail"]


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Return a terminal over an empty folder."""
    return Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)


def test_command_signs_in_by_way_of_a_browser(
    terminal: Terminal, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`cmr login --oidc`: provider, loopback and back; nobody is known before two bound them."""
    monkeypatch.setenv("CMR_OIDC_ISSUER", issuer)
    monkeypatch.setenv("CMR_OIDC_CLIENT_SECRET", "kept quiet")

    def person(address: str) -> bool:
        answer = httpx.post(address, data={"sub": "dora"}, follow_redirects=False)
        assert urlsplit(answer.headers["Location"]).hostname == "127.0.0.1"
        return httpx.get(answer.headers["Location"]).is_success

    monkeypatch.setattr("webbrowser.open", person)
    terminal.founded()
    refused = terminal.cmr("login", "--oidc")
    assert refused.code == 1
    assert "bound to nobody" in refused.err
    terminal.login("en")
    terminal.done("people", "enrol", "d.nagy", "--name", "Dóra Nagy", "--no-password")
    asked = ("--subject", "dora", "--why", "seen with her card")
    proposed = terminal.done("identity", "propose", "d.nagy", *asked, "--json")
    terminal.login("em")
    identity = proposed.split('"id": "')[1].split('"')[0]
    assert "“dora” as d.nagy: confirmed" in terminal.done("identity", "confirm", identity)
    terminal.done("people", "grant", "d.nagy", "data steward", "--why", "appointed")
    assert "Signed in as Dóra Nagy" in terminal.done("login", "--oidc")
    assert "data steward" in terminal.done("whoami")
    assert "this one" in terminal.done("session", "list")
    assert PASSWORD not in terminal.done("session", "list", "--json")
    issued = terminal.done("token", "issue", "pipeline", "--scope", "records", "--json")
    token = issued.split('"id": "')[1].split('"')[0]
    assert terminal.done("token", "rotate", token, "--overlap", "2").startswith("reg_")
    assert "never" in terminal.done("token", "list")
    assert terminal.cmr("login").code == 2
