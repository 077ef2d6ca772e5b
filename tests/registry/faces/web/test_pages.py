"""The pages in Chromium, with a virtual authenticator: register, confirm, sign, and refusals."""

import httpx
import pytest

from registry.domain.people import Role
from registry.services import passkeys, signings
from registry.store import protocols as store
from tests.factories.browser import Browser, Page
from tests.factories.passkeys import secret_of
from tests.registry.faces.web.conftest import Site

LEAD, VALIDATOR = Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR
WORD = "!document.getElementById('word').hidden"


def register(site: Site, page: Page, role: Role) -> str:
    """Register a passkey as a role's person in the browser; return its name."""
    with site.registry.work(role) as work:
        begun = signings.ask_passkey(work, passkeys.enrolment(work, "my badge"))
    page.open(begun["page"])
    page.click("make")
    page.until(WORD)
    assert "It signs nothing yet" in page.text("#word")
    return page.text("#key").replace(" ", "")


def confirm(site: Site, role: Role, key: str) -> None:
    """Confirm a passkey as the enroller."""
    with site.registry.work(Role.ENROLLER) as work:
        passkeys.confirm(work, site.registry.people[role].login, key)


def signatures(site: Site) -> list[tuple[str, str]]:
    """Return role and method of the signatures under the protocol."""
    with site.registry.workshop.begin(None, reads=True) as work:
        row = store.get(work.session, site.digest)
        return [(one.role.value, one.method) for one in store.signatures_of(work.session, row.id)]


def test_register_confirm_sign(site: Site, browser: Browser) -> None:
    """The whole way, in a browser: what stands on the page is what is signed, and only once."""
    with browser.page() as page:
        key = register(site, page, LEAD)
        assert len(key) == 16
        early = site.begun()
        page.open(early["page"])
        assert "You have no confirmed passkey" in page.text("#word")
        assert page.run("document.getElementById('by-passkey').disabled")

        confirm(site, LEAD, key)
        begun = site.begun()
        page.open(begun["page"])
        assert page.run("location.hash") == ""
        paper = page.text()
        for said in (
            "costs, operating point and floors",
            "Clinical Lead",
            "clinical.lead",
            f"protocol {site.digest}",
            "Time of signing",
            "Do not sign",
        ):
            assert said in paper
        assert begun["digest"] in page.run("document.getElementById('challenge').textContent")

        page.call(
            "WebAuthn.setUserVerified", authenticatorId=page.authenticator, isUserVerified=False
        )
        page.click("by-passkey")
        page.until(WORD)
        assert "Not signed" in page.text("#word")
        page.call(
            "WebAuthn.setUserVerified", authenticatorId=page.authenticator, isUserVerified=True
        )
        assert signatures(site) == []

        page.click("by-passkey")
        page.until("document.getElementById('word').innerText.includes('✓ Signed')")
        assert "Signed by passkey" in page.text("#word")
        assert signatures(site) == [("clinical lead", "passkey")]

        page.open(begun["page"])
        assert "✓ Signed" in page.text("#word")
        assert page.run("document.getElementById('signing').hidden")
        page.open(early["page"])
        page.run("document.getElementById('by-passkey').disabled = false")
        page.click("by-passkey")
        page.until(WORD)
        assert "signed this protocol already" in page.text("#word")


def test_password_and_cancelling(site: Site, browser: Browser) -> None:
    """Without passkeys the page says so, and offers the weaker way, by the keyboard alone."""
    with browser.page(script="delete window.PublicKeyCredential;") as page:
        begun = site.begun(VALIDATOR)
        page.open(begun["page"])
        assert "does not know passkeys" in page.text("#word")
        page.click("cancel")
        page.until("document.getElementById('word').innerText.includes('cancelled')")
        assert signatures(site)[1:] == []

        page.open(site.begun(VALIDATOR)["page"])
        page.run("document.getElementById('password').focus()")
        page.call("Input.insertText", text="not the password")
        page.key("Enter", 13)
        page.until("document.getElementById('word').innerText.includes('password is wrong')")
        page.run("document.getElementById('password').focus()")
        page.call("Input.insertText", text="correct horse battery")
        page.key("Tab", 9)
        assert page.run("document.activeElement.textContent") == "Sign with password (weaker)"
        page.key("Enter", 13)
        page.until("document.getElementById('word').innerText.includes('✓ Signed')")
        assert "weaker" in page.text("#word")
        assert signatures(site)[-1] == ("independent validator", "password+server-key")


def test_links_that_open_nothing(site: Site, browser: Browser) -> None:
    """A link without its secret, or with another's, shows nothing; no page is ever too wide."""
    with browser.page(authenticator=False) as page:
        with site.registry.work(LEAD) as work:
            page_of = signings.ask_passkey(work, passkeys.enrolment(work, "badge"))["page"]
        page.open(page_of.replace(secret_of({"page": page_of}), "another"))
        assert "Nothing waits to be signed here" in page.text("#word")
        page.open(page_of)
        for width in (320, 560, 1400):
            page.resize(width)
            assert page.run("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/sign/{}", "/passkey/{}"])
def test_pages_load_nothing_from_elsewhere(site: Site, path: str) -> None:
    """The policy lets nothing in but the registry's own files, and no page frames it."""
    id_ = "d2b0f0b5-9a3c-4a0e-8f53-0f6f9e3f3a11"
    with httpx.Client(base_url=site.address) as client:
        answer = client.get(path.format(id_))
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert "<script>" not in answer.text
        assert "style=" not in answer.text
        for name in ("page.css", "ceremony.js", "sign.js", "passkey.js", "fonts/Inter-Regular.ttf"):
            found = client.get(f"/assets/{name}")
            assert (found.status_code, found.headers["x-content-type-options"]) == (200, "nosniff")
            assert b"http" not in found.content or name.startswith("fonts/")
        for name in ("nothing.js", "fonts/nothing.ttf", "../../pyproject.toml"):
            assert client.get(f"/assets/{name}").status_code == 404
