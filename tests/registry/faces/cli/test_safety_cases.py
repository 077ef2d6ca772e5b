"""Facts about safety cases at the command line: from a draft to a signed case."""

import json
import tomllib
from pathlib import Path

import pytest

from registry.domain.people import Role
from registry.faces.cli.connection import keep_session
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.commands import Terminal
from tests.factories.hazards import make_hazard, make_log, make_plan
from tests.factories.people import PASSWORD, login_of
from tests.factories.reviews import make_case

CLAIM = "No patient leaves the “list”\nbecause of a low score."


@pytest.fixture
def terminal(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Return the terminal of the clinical safety officer, over a version under review."""
    settings = Settings(home=home)
    workshop = Workshop.open(settings)
    case = make_case(workshop)
    case.open()
    make_plan(case.registry)
    make_hazard(case.registry, name="Missed obstruction")
    make_log(case.registry)
    with workshop.begin(None) as work:
        login = login_of(Role.CLINICAL_SAFETY_OFFICER)
        opened = sessions.sign_in(work, login=login, password=PASSWORD).result()
    keep_session(settings, opened.secret)
    workshop.engine.dispose()
    return Terminal(folder=tmp_path, patch=monkeypatch, streams=capsys)


def filled(terminal: Terminal, draft: Path, **texts: str) -> str:
    """Return the path of a draft in which every empty text was written."""
    lines = []
    for line in draft.read_text(encoding="utf-8").splitlines():
        name = line.split(" = ")[0]
        said = json.dumps(texts.get(name, "As agreed."), ensure_ascii=False)
        lines.append(f"{name} = {said}" if line.endswith(' = ""') else line)
    return terminal.file("case.toml", "\n".join(lines))


def test_draft_submit_sign_and_go_on(terminal: Terminal) -> None:
    """The draft says to what claims may point; the next draft goes on with what was written."""
    version = "heart-cad/1"
    assert "no safety case yet" in terminal.done("safety-case", "list", version)
    assert terminal.cmr("safety-case", "show", version).code == 2
    draft = terminal.folder / "draft.toml"
    told = terminal.done("safety-case", "draft", version, "--out", str(draft))
    assert "safety-case submit heart-cad/1" in told
    text = draft.read_text(encoding="utf-8")
    assert "#   hazard = 1    Missed obstruction; rated 3, no control is verified" in text
    assert "ABOVE 2, which is acceptable" in text
    assert 'criterion = "sensitivity": MET.' in text
    assert terminal.cmr("safety-case", "submit", version, str(draft)).code == 2
    path = filled(terminal, draft, claim=CLAIM)
    told = terminal.done("safety-case", "submit", version, path)
    assert "waits for the clinical safety officer" in told
    assert "not verified: of hazard 1, 1 of 1" in told
    password = terminal.file("password", PASSWORD + "\n")
    told = terminal.done("safety-case", "sign", version, "--password-file", password)
    assert "✓ Clinical Safety Officer, clinical safety officer, GMC 1234567" in told
    pdf = terminal.folder / "case.pdf"
    told = terminal.done("safety-case", "get", version, "--out", str(pdf))
    assert "safety case 1 about heart-cad/1: signed" in told
    assert pdf.read_bytes().startswith(b"%PDF-1.7")
    saved = json.loads(terminal.done("safety-case", "get", version, "--out", str(pdf), "--json"))
    assert saved["size"] == pdf.stat().st_size
    begun = terminal.done("safety-case", "draft", version, "--out", str(draft), "--json")
    assert json.loads(begun) == {"path": str(draft), "lacks": []}
    again = tomllib.loads(draft.read_text(encoding="utf-8"))
    assert again["claims"][0]["claim"] == CLAIM
    assert (again["changed"], again["summary"]) == ("", "As agreed.")
    listed = terminal.done("safety-case", "list", version)
    assert "signed" in listed
    shown = json.loads(terminal.done("safety-case", "show", version, "--json"))
    assert shown["document"]["schema"] == "cmr.safety_case/1"
    missing = terminal.cmr("safety-case", "show", version, "--number", "7")
    assert "no safety case 7" in missing.err
