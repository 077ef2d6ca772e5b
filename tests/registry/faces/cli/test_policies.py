"""`cmr policy`: shipped policies, trials, differences and bindings at the command line."""

import json
from pathlib import Path

import pytest

from registry.client import ProblemError
from registry.domain.people import Role
from registry.faces.cli.main import exit_of
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.reviews import make_case
from tests.registry.domain.test_policies import TEXT
from tests.registry.faces.cli.test_reviews import Cmr

OFFICER = Role.CLINICAL_SAFETY_OFFICER


@pytest.fixture
def cmr(home: Path) -> Cmr:
    """Return the command over a registry in which version 1 lacks nothing but a review."""
    workshop = Workshop.open(Settings(home=home))
    make_case(workshop)
    return Cmr(workshop=workshop, home=home)


def test_try_and_diff(cmr: Cmr, tmp_path: Path) -> None:
    """What would have been said, and what differs, in words; a mistake in the file ends with 2."""
    cmr.opened()
    strict = tmp_path / "strict.toml"
    strict.write_text(TEXT.replace('custody = "from the author"', 'custody = "independent party"'))
    ended = cmr.run(Role.AUDITOR, "policy", "try", str(strict))
    assert ended.exit_code == 0, ended.output
    assert "then, under standard/1: 3 things in the way; now: 4 things in the way" in ended.output
    assert "the policy asks for “independent party”" in ended.output
    assert "standard/1: one version reviewed so far, 1 of them judged otherwise." in ended.output
    strict.write_text("name =")
    refused = cmr.run(Role.AUDITOR, "policy", "try", str(strict)).exception
    assert isinstance(refused, ProblemError)
    assert exit_of(refused.problem) == 2
    assert cmr.run(Role.AUDITOR, "policy", "try").exit_code == 2

    said = cmr.run(Role.AUDITOR, "policy", "diff", "standard/1", "minimal/1").output
    assert "sign-off, clinical lead" in said
    assert "[looser]" in said
    assert cmr.run(Role.AUDITOR, "policy", "diff", "standard", "minimal/1").exit_code == 2
    same = cmr.run(Role.AUDITOR, "policy", "diff", "standard/1", "standard/1").output
    assert "ask the same" in same


def test_bind_and_release(cmr: Cmr) -> None:
    """A shipped policy is printed, kept beside, bound and released; seats say who could sign."""
    printed = cmr.run(Role.AUDITOR, "policy", "shipped", "standard")
    assert printed.stdout == TEXT
    assert "DCB0160" in cmr.run(Role.AUDITOR, "policy", "shipped").output
    assert cmr.run(Role.AUDITOR, "policy", "shipped", "best").exit_code == 2
    kept = cmr.run(OFFICER, "policy", "register", "--shipped", "dcb", "--beside")
    assert "after the clinical safety officer" in kept.output
    words = ["policy", "bind", "dcb", "--site", "Hungary", "--why", "bound by DCB0160"]
    assert "dcb/1 binds the site Hungary" in cmr.run(OFFICER, *words).output
    listed = json.loads(cmr.run(Role.AUDITOR, "policy", "bindings", "--json").stdout)
    assert "top management" in cmr.run(Role.AUDITOR, "policy", "seats").output
    review = cmr.opened()
    both = cmr.run(Role.AUDITOR, "policy", "show", "--review", review).output
    assert "standard/1 + dcb/1" in both
    assert "top management: accept residual risk, after the clinical safety officer" in both
    unnamed = cmr.run(Role.AUDITOR, "policy", "show")
    assert unnamed.exit_code == 2
    assert "Say which policy" in unnamed.output
    released = cmr.run(OFFICER, "policy", "release", listed[0]["id"], "--why", "moved")
    assert "no longer binds the site Hungary" in released.output
    assert "No further policy" in cmr.run(Role.AUDITOR, "policy", "bindings").output


def test_a_seat_left_empty_is_told(cmr: Cmr) -> None:
    """Who takes a role away hears at once what can no longer be signed."""
    words = ["people", "revoke", "clinical.lead", "clinical lead", "--why", "left"]
    ended = cmr.run(Role.ENROLLER, *words)
    assert ended.exit_code == 0, ended.output
    assert "1 must sign as clinical lead, nobody holds the role" in ended.output


def test_documents_and_training(cmr: Cmr, tmp_path: Path) -> None:
    """Both are recorded, listed and taken back at the command line."""
    paper = tmp_path / "dpia.pdf"
    paper.write_bytes(b"%PDF-1.7 the assessment")
    said = ["--kind", "DPIA", "--title", "Issue 2", "--by", "IG", "--dated", "2026-10-12"]
    words = ["document", "register", "heart-cad/1", "--file", str(paper), *said, "--json"]
    kept = json.loads(cmr.run(Role.MODEL_OWNER, *words).stdout)
    assert (kept["kind"], kept["version"]) == ("DPIA", 1)
    assert "Issue 2" in cmr.run(Role.AUDITOR, "document", "list", "heart-cad").output
    gone = cmr.run(Role.MODEL_OWNER, "document", "withdraw", kept["id"], "--why", "wrong file")
    assert "is withdrawn" in gone.output
    assert "withdrawn" in cmr.run(Role.AUDITOR, "document", "list", "heart-cad").output

    said = ["--topic", "clinical safety", "--on", "2026-03-14", "--evidence", "CS-2291"]
    ended = cmr.run(Role.ENROLLER, "training", "record", "clinical.lead", *said)
    assert "Clinical Lead has completed clinical safety on 2026-03-14." in ended.output
    words = ["training", "list", "clinical.lead"]
    assert "CS-2291" in cmr.run(Role.AUDITOR, *words).output
    made = json.loads(cmr.run(Role.AUDITOR, *words, "--json").stdout)[0]["id"]
    gone = cmr.run(Role.ENROLLER, "training", "withdraw", made, "--why", "another person")
    assert "is withdrawn" in gone.output
