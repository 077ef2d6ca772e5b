"""Facts about incidents and reviews of failures at the command line."""

import json
from pathlib import Path

import pytest

from registry.domain.people import Role
from registry.faces.cli.connection import keep_session
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.commands import Terminal
from tests.factories.evidence import make_evidence, make_signed_protocol, rows, table
from tests.factories.people import PASSWORD, login_of, make_registry
from tests.factories.records import make_model, make_sites, make_version
from tests.registry.services.test_failure_reviews import MISSED

INCIDENT = """
model = "heart-cad"
versions = [1]
site = "HUN"
happened_on = 2026-11-20
summary = "A low score; the patient came back with an infarction."
harm = "severe"
"""


@pytest.fixture
def measured(home: Path) -> str:
    """Return the id of evidence with one failure; the clinical safety officer is signed in."""
    settings = Settings(home=home, memory_limit="512MB")
    workshop = Workshop.open(settings)
    registry = make_registry(workshop)
    make_sites(registry)
    make_model(registry)
    make_version(registry)
    protocol = make_signed_protocol(registry)
    found = make_evidence(registry, protocol, table([*rows(exams=40), MISSED]))
    with workshop.begin(None) as work:
        login = login_of(Role.CLINICAL_SAFETY_OFFICER)
        opened = sessions.sign_in(work, login=login, password=PASSWORD).result()
    keep_session(settings, opened.secret)
    workshop.engine.dispose()
    return str(found)


def test_incidents_and_failures(
    measured: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Reported blinded, kept, closed; failures counted, drafted, reviewed."""
    terminal = Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)
    assert "No incident" in terminal.done("incident", "list")
    file = terminal.file("incident.toml", INCIDENT)
    told = terminal.done("incident", "report", file, "--blinded")
    assert "because you keep the log" in told
    closed = 'state = "closed"\nclosed_on = 2026-11-23\ncause = "Atypical symptoms"\n'
    newer = terminal.file("newer.toml", INCIDENT + closed)
    terminal.done("incident", "supersede", "1", newer, "--why", "The cause was found")
    assert "The cause was found" in terminal.done("incident", "show", "1")
    assert "closed" in terminal.done("incident", "list", "heart-cad")
    draft = str(tmp_path / "review.toml")
    assert "Nobody" in terminal.done("failure-review", "list", measured)
    assert "Missed: 1; false alerts: 0" in terminal.done(
        "failure-review", "draft", measured, "--out", draft
    )
    assert "Missed: looked at 1 of 1" in terminal.done("failure-review", "record", measured, draft)
    assert "unresolved" in terminal.done("failure-review", "list", measured)
    listed = json.loads(terminal.done("failure-review", "list", measured, "--json"))
    assert listed[0]["document"]["failures"] == {"missed": 1, "false alert": 0}
