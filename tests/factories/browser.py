"""Browsers for tests: Chromium without a window, driven over its debugging protocol.

Only what these tests need: pages, scripts in them, and the virtual authenticator of WebAuthn.
"""

import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

NEEDED = "apt-get install --yes --no-install-recommends chromium"
PATIENCE = 60.0
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class PageError(AssertionError):
    """The browser did not do what a test asked."""


@dataclass
class Browser:
    """One running Chromium."""

    socket: ClientConnection
    numbers: Iterator[int]

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:  # noqa: ANN401 -- any command
        """Send a command and return its result; events in between are passed over."""
        number = next(self.numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        self.socket.send(json.dumps(message))
        while True:
            told = json.loads(self.socket.recv(timeout=PATIENCE))
            if told.get("id") == number:
                if "error" in told:
                    raise PageError(f"{method}: {told['error']}")
                result: dict[str, Any] = told["result"]
                return result

    @contextmanager
    def page(self, *, authenticator: bool = True, script: str = "") -> Iterator["Page"]:
        """Yield a page with storage of its own, which runs `script` before any of the site's."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = Page(browser=self, session=attached["sessionId"])
        page.call("Page.enable")
        if script:
            page.call("Page.addScriptToEvaluateOnNewDocument", source=script)
        if authenticator:
            page.call("WebAuthn.enable")
            made = page.call("WebAuthn.addVirtualAuthenticator", options=AUTHENTICATOR)
            page.authenticator = made["authenticatorId"]
        try:
            yield page
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)


@dataclass
class Page:
    """One page."""

    browser: Browser
    session: str
    authenticator: str = ""

    def call(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 -- any command
        """Send a command to this page."""
        return self.browser.call(method, self.session, **params)

    def run(self, script: str) -> Any:  # noqa: ANN401 -- whatever the script returns
        """Return what a script, or what it promises, comes to."""
        told = self.call(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in told:
            raise PageError(str(told["exceptionDetails"]))
        return told["result"].get("value")

    def open(self, address: str) -> None:
        """Go to an address and wait until its script is ready."""
        self.call(
            "Page.navigate", url="about:blank"
        )  # else a link to the page at hand only scrolls
        self.until("location.href === 'about:blank'")
        self.call("Page.navigate", url=address)
        self.until("document.documentElement?.dataset.ready === 'yes'")

    def until(self, condition: str) -> None:
        """Wait until a condition holds in the page."""
        end = time.monotonic() + PATIENCE
        while self.run(condition) is not True:
            if time.monotonic() > end:
                raise PageError(f"never came true: {condition}; the page: {self.text()}")
            time.sleep(0.02)

    def text(self, place: str = "main") -> str:
        """Return what can be read in a place."""
        return str(self.run(f"document.querySelector({json.dumps(place)}).innerText"))

    def click(self, name: str) -> None:
        """Press a button, by its id."""
        self.run(f"document.getElementById({json.dumps(name)}).click()")

    def key(self, name: str, code: int) -> None:
        """Press and release a key, such as Enter (13) or Tab (9)."""
        text = {"text": "\r"} if name == "Enter" else {}
        said = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", **said, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **said)

    def resize(self, width: int, height: int = 900) -> None:
        """Make the window another size."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )


def executable() -> str:
    """Return the browser, or fail with the one line that brings it."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CMR_ALLOW_SKIPS") == "1":
        pytest.skip(f"no Chromium: the pages are NOT tested (sudo {NEEDED})")
    pytest.fail(f"no Chromium to open the pages with; run: sudo {NEEDED}")


@contextmanager
def opened(folder: Path) -> Iterator[Browser]:
    """Run a browser whose profile lies in a folder."""
    command = [
        executable(),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-extensions",
        "--hide-scrollbars",
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        "about:blank",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as running:
        try:
            port, path = _listening(folder / "DevToolsActivePort", running)
            with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, proxy=None) as socket:
                yield Browser(socket=socket, numbers=itertools.count(1))
                with_grace = {"id": 0, "method": "Browser.close"}
                socket.send(json.dumps(with_grace))
        finally:
            running.terminate()


def _listening(file: Path, running: subprocess.Popen[bytes]) -> tuple[str, str]:
    """Return port and path at which a browser that just started listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and running.poll() is None:
        if file.is_file() and len(lines := file.read_text().splitlines()) > 1:
            return lines[0], lines[1]
        time.sleep(0.02)
    raise PageError("Chromium did not start")
