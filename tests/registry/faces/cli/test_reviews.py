"""`cmr review`, `cmr policy` and `cmr check` over an embedded registry."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from registry.client import ProblemError
from registry.domain.people import Role
from registry.domain.sites import Calendar
from registry.faces.cli.commands import whole
from registry.faces.cli.main import exit_of
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.people import PASSWORD, login_of
from tests.factories.reviews import SIGNERS, make_case

OPEN = ["review", "open", "heart-cad/1", "--population", "Adults", "--use", "Order [the] list"]
CONDITION = """
[[conditions]]
text = "Train the [whole] staff"
when = "after go-live"
owner = "model.owner"
verifier = "clinical.safety.officer"
due = {due}
site = "Hungary"
evidence_needed = "signed list"
consequence = "The pilot ends."
on_overdue = "suspend"
"""


@dataclass
class Cmr:
    """The command over one embedded registry, its people signing by a password file."""

    workshop: Workshop
    home: Path

    def run(self, role: Role, *words: str) -> Result:
        """Run `cmr` as a role's person."""
        with self.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login=login_of(role), password=PASSWORD).result()
        environment = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "200"}
        return CliRunner().invoke(whole(), list(words), env=environment)

    def sign(self, role: Role, *words: str) -> Result:
        """Run a command that asks for the password."""
        password = self.home.parent / "password"
        password.write_text(PASSWORD)
        return self.run(role, *words, "--password-file", str(password))

    def opened(self, site: str = "Hungary") -> str:
        """Open a review as the model owner and return its id."""
        words = [*OPEN, "--site", site, "--rung", "pilot", "--json"]
        ended = self.run(Role.MODEL_OWNER, *words)
        assert ended.exit_code == 0, ended.output
        return str(json.loads(ended.stdout)["id"])


@pytest.fixture
def cmr(home: Path) -> Cmr:
    """Return the command over a registry in which version 1 lacks nothing but a review."""
    workshop = Workshop.open(Settings(home=home))
    make_case(workshop)
    return Cmr(workshop=workshop, home=home)


class TestReview:
    """The whole way at the command line."""

    def test_to_an_approval(self, cmr: Cmr) -> None:
        """Opened, signed by three, decided: then `cmr check` ends with 0."""
        review = cmr.opened()
        for role, meaning in SIGNERS.items():
            words = ["review", "sign", review, "--role", role.value, "--meaning", meaning.value]
            ended = cmr.sign(role, *words)
            assert ended.exit_code == 0, ended.output
        assert "You sign heart-cad/1, dossier 1, as clinical lead: “support”." in ended.stderr
        words = ["review", "decide", review, "--outcome", "approve", "--reasons", "Bounds [hold]."]
        decided = cmr.sign(Role.CLINICAL_LEAD, *words)
        assert "Decided: approve by Clinical Lead, valid until" in decided.output
        assert "Bounds [hold]." in decided.output
        assert cmr.run(Role.AUDITOR, "check", "heart-cad/1").exit_code == 0

    def test_dossier_file(self, cmr: Cmr, tmp_path: Path) -> None:
        """The file's SHA-256 is what is signed."""
        review = cmr.opened()
        out = tmp_path / "dossier.json"
        cmr.run(Role.AUDITOR, "review", "dossier", review, "--out", str(out))
        shown = json.loads(cmr.run(Role.AUDITOR, "review", "show", review, "--json").stdout)
        digest = hashlib.sha256(out.read_bytes()).hexdigest()
        assert shown["dossier"]["digest"] == f"sha256:{digest}"

    def test_refused_approval_waits(self, cmr: Cmr) -> None:
        """Approving without sign-offs ends with 5 and says for whom it waits."""
        words = ["review", "decide", cmr.opened(), "--outcome", "approve", "--reasons", "Soon."]
        refused = cmr.sign(Role.CLINICAL_LEAD, *words).exception
        assert isinstance(refused, ProblemError)
        assert exit_of(refused.problem) == 5
        assert "Waits for: independent validator." in refused.problem.detail

    def test_wrong_word(self, cmr: Cmr) -> None:
        """A meaning that is none ends with 2 before anything is sent."""
        words = ["review", "sign", cmr.opened(), "--role", "clinical lead", "--meaning", "fine"]
        ended = cmr.sign(Role.CLINICAL_LEAD, *words)
        assert ended.exit_code == 2
        assert "meaning" in ended.output

    def test_the_life_of_a_decision(self, cmr: Cmr, tmp_path: Path) -> None:
        """A condition falls due, is answered and extended; the version is stopped and resumed."""
        review = cmr.opened()
        for role, meaning in SIGNERS.items():
            words = ["review", "sign", review, "--role", role.value, "--meaning", meaning.value]
            cmr.sign(role, *words)
        today = datetime.now(UTC).date()
        due = Calendar().next_working(today + timedelta(days=40))
        later = Calendar().next_working(today + timedelta(days=80))
        file = tmp_path / "conditions.toml"
        file.write_text(CONDITION.format(due=due))
        words = ["--outcome", "approve with conditions", "--reasons", "Enough."]
        cmr.sign(Role.CLINICAL_LEAD, "review", "decide", review, *words, "--conditions", str(file))
        listed = cmr.run(Role.AUDITOR, "condition", "due").output
        assert "heart-cad/1, condition 1 at Hungary: Train the [whole] staff" in listed
        assert "→ Clinical Safety Officer" in listed
        words = ["condition", "submit", review, "1", "--evidence", "Half of [the] list"]
        sent = cmr.run(Role.MODEL_OWNER, *words).output
        assert "sent by Model Owner on" in sent
        assert "if late: The pilot ends. The approval is then suspended." in sent
        words = ["condition", "extend", review, "1", "--due", str(later), "--reasons", "Ill."]
        assert f"due {later}, extended from {due}" in cmr.sign(Role.CLINICAL_LEAD, *words).output
        words = ["version", "suspend", "heart-cad/1", "--reasons", "Two [missed] occlusions"]
        stopped = cmr.sign(Role.CLINICAL_SAFETY_OFFICER, *words).output
        assert "heart-cad/1  suspended" in stopped
        assert "Two [missed] occlusions. Suspended by a clinical safety officer." in stopped
        assert cmr.run(Role.AUDITOR, "check", "heart-cad/1").exit_code == 3
        words = ["version", "reinstate", "heart-cad/1", "--reasons", "Checked."]
        assert "heart-cad/1  current" in cmr.sign(Role.CLINICAL_LEAD, *words).output
        shown = cmr.run(Role.AUDITOR, "version", "standing", "heart-cad/1", "--json")
        assert json.loads(shown.stdout)["state"] == "current"

    def test_comments_and_a_refused_waiver(self, cmr: Cmr) -> None:
        """A request stands in the way until answered; what policy does not name is not waived."""
        review = cmr.opened()
        words = ["comment", "add", review, "--request", "--text", "Say [who] is called."]
        asked = cmr.run(Role.CLINICAL_LEAD, *words).output
        assert "○ Request for change 1 by Clinical Lead is open: Say [who] is called." in asked
        assert "asked today and not answered: clinical lead (Clinical Lead)" in asked
        words = ["comment", "answer", review, "1", "--text", "The duty cardiologist."]
        answered = cmr.run(Role.MODEL_OWNER, *words).output
        assert "Say [who] is called.  (answered)" in answered
        assert "is open" not in answered
        words = ["waiver", "propose", review, "--criterion", "discrimination"]
        words += ["--until", "2099-01-01", "--reason", "Later."]
        refused = cmr.run(Role.MODEL_OWNER, *words).exception
        assert isinstance(refused, ProblemError)
        assert "does not let the criterion “discrimination” be waived" in refused.problem.detail

    def test_listed(self, cmr: Cmr) -> None:
        """The list names version, scope and state."""
        cmr.opened()
        printed = cmr.run(Role.AUDITOR, "review", "list").output
        assert {"pilot", "Hungary"} <= set(printed.split())


class TestCheck:
    """The exit codes say what stands in the way."""

    @pytest.mark.parametrize(
        ("words", "code"),
        [
            (["--site", "Hungary"], 5),
            (["--site", "Long Beach", "--rung", "pilot"], 4),
            (["--site", "Hungary", "--rung", "general"], 3),
        ],
    )
    def test_exit_code(self, cmr: Cmr, words: list[str], code: int) -> None:
        """Waiting 5, insufficient 4, not met 3."""
        assert cmr.run(Role.AUDITOR, "check", "heart-cad/1", *words).exit_code == code

    def test_names_whom_it_waits_for(self, cmr: Cmr) -> None:
        """Each thing missing stands with its role."""
        cmr.opened()
        printed = cmr.run(Role.AUDITOR, "check", "heart-cad/1").output
        assert "→ clinical safety officer" in printed
        assert "in the review that is open" in printed


class TestPolicy:
    """Reading what is asked."""

    def test_show(self, cmr: Cmr) -> None:
        """Each tier says what it permits and who signs."""
        printed = cmr.run(Role.AUDITOR, "policy", "show", "standard/1").output
        assert "no use at all" in printed
        assert "auroc ≥ 0.7 over every site" in printed
        assert "the reference standard, the costs, the population" in printed
        assert "at least 10 positives and 10 negatives" in printed
        assert "block from the rung pilot on" in printed

    def test_list(self, cmr: Cmr) -> None:
        """The policy in force is marked."""
        listed = cmr.run(Role.AUDITOR, "policy", "list").output.split()
        assert {"standard/1", "force"} <= set(listed)
