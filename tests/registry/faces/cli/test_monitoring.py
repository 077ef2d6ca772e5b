"""`cmr monitoring` over an embedded registry: handed in, listed, shown, at 80 columns."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.factories.evidence import make_evidence, make_signed_protocol, rows, table
from tests.factories.records import SITES
from tests.factories.wards import Cmr, make_ward

WHERE = "heart-cad/1@Hungary"
SAID = ("--blinded", "--completeness", "1", "--labels", "1", "--delay-days", "0")


@pytest.fixture
def cmr(home: Path) -> Cmr:
    """Return the command over a registry in which version 1 is approved at Hungary."""
    return make_ward(home)


def test_a_window(cmr: Cmr) -> None:
    """What was counted and why there is no verdict stand on the screen; a second day is refused."""
    registry = cmr.hospital.registry
    cmr.hospital.running()
    protocol = make_signed_protocol(registry, purpose="monitoring", name="Monitoring")
    evidence = str(make_evidence(registry, protocol, table(rows(exams=60, first=500))))
    today = datetime.now(ZoneInfo(SITES["Hungary"][1])).date().isoformat()
    days = ("--from", today, "--to", today)
    words = ("monitoring", "submit", WHERE, "--evidence", evidence, *days, *SAID)
    assert "No window was handed in yet" in cmr.run("ilona", "monitoring", "list", WHERE).stdout
    ended = cmr.run("ilona", *words, "--negatives", "some")
    assert "negatives" in str(ended.exception)
    ended = cmr.run("ilona", *words, "--negatives", "all")
    assert ended.exit_code == 0, ended.output
    assert "heart-cad/1 at Hungary, window 1" in ended.stdout
    assert "Performance: none" in ended.stdout
    assert "no monitoring plan" in ended.stdout
    assert max(len(line) for line in ended.stdout.splitlines() if "─" in line) <= 80
    listed = cmr.run("ilona", "monitoring", "list", WHERE, "--json")
    (window,) = json.loads(listed.stdout)
    assert (window["counts"]["positives"], window["from"]) == (30, today)
    assert "silent" in cmr.run("ilona", "monitoring", "list", WHERE).stdout
    assert cmr.run("ilona", "monitoring", "show", WHERE, "1").exit_code == 0
    assert cmr.run("ilona", "monitoring", "show", WHERE, "2").exit_code == 2
