"""`cmr review delegate` and `--for`, over an embedded registry."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.domain.people import Role
from registry.faces.cli import console
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.people import PASSWORD, make_person
from tests.factories.reviews import make_case


def test_delegated_signed_for_and_ended(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is printed names both people; the one who delegated no longer signs beside it."""
    monkeypatch.setattr(console.out, "_width", 200)
    workshop = Workshop.open(Settings(home=home))
    case = make_case(workshop)
    make_person(case.registry, "deputy", Role.CLINICAL_SAFETY_OFFICER)
    review = str(case.open())
    password = tmp_path / "password"
    password.write_text(PASSWORD)

    def cmr(login: str, *words: str) -> Result:
        with workshop.begin(None) as work:
            opened = sessions.sign_in(work, login=login, password=PASSWORD).result()
        environment = {"CMR_HOME": str(home), "CMR_TOKEN": opened.secret}
        return CliRunner().invoke(whole(), ["review", *words], env=environment)

    proof = ("--password-file", str(password))
    role = ("--role", "clinical safety officer")
    officer = "clinical.safety.officer"
    until = f"{workshop.clock().date():%Y-%m-%d}"
    said = ("--to", "deputy", "--reasons", "leave", "--until", until)
    given = cmr(officer, "delegate", review, *role, *said, *proof)
    assert "Deputy may sign as clinical safety officer in the place of Clinical" in given.output
    sign = ("sign", review, *role, "--meaning", "support")
    assert cmr(officer, *sign, *proof).exit_code != 0
    signed = cmr("deputy", *sign, "--for", officer, *proof)
    assert (
        "Deputy, clinical safety officer, for Clinical Safety Officer (delegated" in signed.output
    )
    listed = cmr("auditor", "delegations", review)
    assert "Deputy for Clinical Safety Officer" in listed.output
    delegation = given.output.split("undelegate ")[1].split()[0]
    assert "no longer signs" in cmr("deputy", "undelegate", delegation, "--why", "done").output
