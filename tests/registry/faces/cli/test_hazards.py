"""Facts about hazards at the command line: from a prompt to an approved issue of the log."""

import json
from pathlib import Path

import pytest

from registry.domain.people import Role
from registry.faces.cli.connection import keep_session
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.commands import Terminal
from tests.factories.people import PASSWORD, Registry, make_person
from tests.factories.records import make_model, make_version

PLAN = """
scope = "heart-cad in the chest pain clinic"
acceptable_rating = 2
criteria = "A rating of 3 is brought to the safety board."
review_by = 2099-11-30
people = [{ name = "Samira Haddad", role = "clinical safety officer" }]
"""
HAZARD = """
prompt = "missed-positive"
name = "Missed obstruction"
description = "A low score for a patient with an obstructed vessel"
causes = ["Atypical symptoms"]
harm = "Infarction while waiting"
initial = { severity = "major", likelihood = "medium" }
residual = { severity = "major", likelihood = "very low" }
[[controls]]
text = "Nobody leaves the list on a low score"
kind = "business process"
owner = "Waiting list office"
implemented = true
"""


@pytest.fixture
def terminal(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Return the terminal of somebody who owns heart-cad and is its clinical safety officer."""
    settings = Settings(home=home)
    workshop = Workshop.open(settings)
    registry = Registry(workshop=workshop)
    roles = (Role.MODEL_OWNER, Role.ML_ENGINEER, Role.CLINICAL_SAFETY_OFFICER)
    person = make_person(registry, "all", *roles)
    registry.people = dict.fromkeys(Role, person)
    make_model(registry)
    make_version(registry)
    with workshop.begin(None) as work:
        opened = sessions.sign_in(work, login="all", password=PASSWORD).result()
    keep_session(settings, opened.secret)
    workshop.engine.dispose()
    return Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)


class TestHazard:
    """`cmr hazard`."""

    def test_prompts_begin_a_hazard(self, terminal: Terminal) -> None:
        """Questions by theme; a draft carries one into a file."""
        told = terminal.done("hazard", "prompts", "--theme", "operation")
        assert "downtime" in told
        assert "drift" not in told
        unknown = terminal.cmr("hazard", "prompts", "--theme", "weather")
        assert (unknown.code, "theme: no theme has this" in unknown.err) == (2, True)
        path = str(terminal.folder / "hazard.toml")
        terminal.done("hazard", "draft", "downtime", "--out", path)
        assert 'prompt = "downtime"' in Path(path).read_text(encoding="utf-8")
        assert terminal.cmr("hazard", "draft", "downtine", "--out", path).code == 2
        terminal.done("hazard", "plan", "draft", "--out", str(terminal.folder / "plan.toml"))
        assert json.loads(terminal.done("hazard", "prompts", "--json"))[0]["slug"]

    def test_from_plan_to_approved_log(self, terminal: Terminal) -> None:
        """Each step says what counts and what is awaited."""
        password = terminal.file("password", PASSWORD + "\n")
        hazard = terminal.file("hazard.toml", HAZARD)
        assert "no plan yet" in terminal.done("hazard", "plan", "show", "heart-cad")
        assert terminal.cmr("hazard", "raise", "heart-cad", hazard).code == 1
        plan = terminal.file("plan.toml", PLAN)
        told = terminal.done("hazard", "plan", "write", "heart-cad", plan)
        assert "waits for the clinical safety officer" in told
        assert "empty" in terminal.done("hazard", "list", "heart-cad")
        terminal.done("hazard", "raise", "heart-cad", hazard)
        nothing = terminal.cmr("hazard", "log", "issue", "heart-cad", "--overall", " ")
        assert (nothing.code, nothing.err.startswith("✗ overall: ")) == (2, True)
        overall = ("--overall", "Few wait longer.")
        assert terminal.cmr("hazard", "log", "issue", "heart-cad", *overall).code == 5
        sign = ("--password-file", password)
        assert "✓ All" in terminal.done("hazard", "plan", "approve", "heart-cad", "1", *sign)
        terminal.done("hazard", "log", "issue", "heart-cad", *overall)
        assert "✓ All" in terminal.done("hazard", "log", "approve", "heart-cad", "1", *sign)
        told = terminal.done("hazard", "list", "heart-cad")
        assert "no control is verified" in told
        newer = terminal.file("newer.toml", HAZARD.replace("office", "desk"))
        terminal.done("hazard", "supersede", "heart-cad", "1", newer, "--why", "Moved")
        assert "not verified" in terminal.done("hazard", "show", "heart-cad", "1")
        assert "recorded anew since" in terminal.done("hazard", "log", "show", "heart-cad", "1")
        assert "All, 20" in terminal.done("hazard", "log", "list", "heart-cad")
        out = terminal.folder / "log.json"
        terminal.done("hazard", "log", "get", "heart-cad", "1", "--out", str(out))
        assert json.loads(out.read_text(encoding="utf-8"))["schema"] == "cmr.hazard_log/1"
