"""`cmr deployment` over an embedded registry: to a silent run, and suspended again."""

import json
from pathlib import Path

import pytest

from registry.client import ProblemError
from tests.factories.deployments import EXECUTIVE, OFFICER
from tests.factories.wards import Cmr, make_ward

PLAN = """
rung = "silent"
downtime_procedure = "The list is ordered by date of referral."
permit_minutes = 60
grace_minutes = 240

[configuration]
digest = "sha256:5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c"
description = "Container 2.1.4"

[silent_plan]
days = 28
positives = 20
output_hidden = "Scores go to the export only."
label_source = "Angiography reports"
follow_up_days = 14
technical_failures_at_most = 0.02
stopping_rule = "A score on any screen."
"""
WHERE = "heart-cad/1@Hungary"


@pytest.fixture
def cmr(home: Path) -> Cmr:
    """Return the command over a registry in which version 1 is approved at Hungary."""
    return make_ward(home)


def test_to_a_silent_run_and_off_it(cmr: Cmr, tmp_path: Path) -> None:
    """Proposed, frozen, signed by two people, suspended by one; what is lacking is named."""
    assert cmr.run("ilona", "deployment", "show", WHERE).exit_code == 2
    cmr.run("ilona", "deployment", "propose", "heart-cad/1", "--site", "Hungary")
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN + "grace = 1\n")
    ended = cmr.run("ilona", "deployment", "freeze", WHERE, str(plan))
    assert "grace" in str(ended.exception)
    plan.write_text(PLAN)
    assert cmr.run("ilona", "deployment", "freeze", WHERE, str(plan)).exit_code == 0
    officer = ("--role", OFFICER.value, "--meaning", "support")
    ended = cmr.sign(OFFICER, "deployment", "sign", WHERE, *officer)
    assert ended.exit_code == 0, ended.output
    assert "You sign heart-cad/1 at Hungary, silent use, site dossier 1" in ended.stderr
    executive = ("--role", EXECUTIVE.value, "--meaning", "accept residual risk")
    ended = cmr.sign(EXECUTIVE, "deployment", "sign", WHERE, *executive, "--reasons", "Borne.")
    assert "heart-cad/1 at Hungary  silent" in ended.stdout
    again = cmr.sign(EXECUTIVE, "deployment", "sign", WHERE, *executive, "--reasons", "Borne.")
    assert isinstance(again.exception, ProblemError)
    out = tmp_path / "dossier.json"
    cmr.run("ilona", "deployment", "dossier", WHERE, "--out", str(out))
    assert json.loads(out.read_text())["schema"] == "cmr.site_dossier/1"
    ended = cmr.sign(OFFICER, "deployment", "suspend", WHERE, "--reasons", "A score [on screen].")
    assert (
        "suspend → suspended, by Ilona, site safety officer: A score [on screen]." in ended.stdout
    )
    listed = cmr.run("ilona", "deployment", "list", "--site", "Hungary", "--json")
    assert [one["state"] for one in json.loads(listed.stdout)] == ["suspended"]
    assert "suspended" in cmr.run("ilona", "deployment", "list").stdout
