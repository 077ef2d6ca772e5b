"""`cmr site key`, tallies as evidence, and their recomputation, over an embedded registry."""

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner, Result

from registry.domain.people import Role
from registry.faces.cli.commands import whole
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from tests.factories.evidence import protocol_text, rows, table
from tests.factories.people import PASSWORD, login_of
from tests.factories.reviews import make_case
from validation.tallies.files import read

KEPT = ["--custodian", "Data office", "--location", "archive"]
STEWARD, GOVERNANCE = Role.DATA_STEWARD, Role.INFORMATION_GOVERNANCE


@dataclass
class Cmr:
    """The command over one embedded registry, and a folder with what a hospital has."""

    workshop: Workshop
    home: Path

    @property
    def folder(self) -> Path:
        """The folder of the hospitals."""
        return self.home.parent

    def run(self, role: Role, *words: object) -> Result:
        """Run `cmr` as a role's person."""
        with self.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login=login_of(role), password=PASSWORD).result()
        environment = {"CMR_HOME": str(self.home), "CMR_TOKEN": opened.secret, "COLUMNS": "300"}
        return CliRunner().invoke(whole(), [str(word) for word in words], env=environment)

    def done(self, role: Role, *words: object) -> str:
        """Run a command that must end well and return what it printed."""
        ended = self.run(role, *words)
        assert ended.exit_code == 0, (ended.output, ended.exception)
        return ended.output

    def said(self, role: Role, *words: object) -> str:
        """Run a command that must fail and return what is said of it."""
        ended = self.run(role, *words)
        assert ended.exit_code != 0
        return f"{ended.output} {ended.exception}"

    def key(self, site: str, *, confirmed: bool = True) -> Path:
        """Make, register and confirm a site's key."""
        path = self.folder / f"{site}.key"
        name = json.loads(self.done(STEWARD, "site", "key", "new", "--out", path, "--json"))["key"]
        self.done(STEWARD, "site", "key", "register", site, f"{path}.pub")
        if confirmed:
            self.done(GOVERNANCE, "site", "key", "confirm", site, name)
        return path

    def tally(self, site: str, *more: object, first: int = 1) -> Path:
        """Return the tally of a site's table of eighty exams."""
        source, out = self.folder / f"{site}.csv", self.folder / f"{site}.tally"
        source.write_bytes(table(rows(site=site, exams=80, first=first, prefix=site)))
        plan = self.folder / "protocol.toml"
        self.done(STEWARD, "tally", source, "-p", plan, "--out", out, *more)
        return out

    def attached(self, tally: Path) -> str:
        """Hand a tally in and return the id of the evidence."""
        plan = self.folder / "protocol.toml"
        words = ["evidence", "attach", "heart-cad/1", tally, "--protocol", plan, *KEPT, "--json"]
        ended = self.run(STEWARD, *words)
        assert ended.exit_code == 0, ended.output
        return str(json.loads(ended.stdout)["id"])


@pytest.fixture
def cmr(tmp_path: Path, home: Path) -> Cmr:
    """Return the command over a registry with a signed protocol and a version."""
    workshop = Workshop.open(Settings(home=home))
    make_case(workshop)
    (tmp_path / "protocol.toml").write_text(protocol_text(), encoding="utf-8")
    return Cmr(workshop=workshop, home=home)


class TestSiteKey:
    """The keys of sites."""

    def test_way_of_a_key(self, cmr: Cmr) -> None:
        """Proposed, confirmed by another person, listed, revoked."""
        path = cmr.folder / "site.key"
        made = json.loads(cmr.done(STEWARD, "site", "key", "new", "--out", path, "--json"))
        registered = cmr.run(STEWARD, "site", "key", "register", "Hungary", f"{path}.pub")
        assert f"Key {made['key']} of Hungary: proposed" in registered.output
        assert "Another person must confirm it" in registered.output
        words = ("site", "key", "confirm", "Hungary", made["key"])
        assert "another person must confirm it" in cmr.said(STEWARD, *words)
        assert "confirmed" in cmr.done(GOVERNANCE, *words)
        assert "is confirmed already" in cmr.said(GOVERNANCE, *words)
        listed = cmr.done(Role.AUDITOR, "site", "key", "list", "Hungary")
        assert made["key"] in listed
        assert "confirmed" in listed
        gone = cmr.done(STEWARD, "site", "key", "revoke", "Hungary", made["key"], "--why", "lost")
        assert "revoked" in gone
        (one,) = json.loads(cmr.done(Role.AUDITOR, "site", "key", "list", "Hungary", "--json"))
        assert (one["state"], one["revoked_why"]) == ("revoked", "lost")

    def test_for_programs(self, cmr: Cmr) -> None:
        """What was proposed comes as JSON."""
        path = cmr.folder / "site.key"
        cmr.done(STEWARD, "site", "key", "new", "--out", path)
        words = ("site", "key", "register", "Hungary", f"{path}.pub", "--json")
        assert json.loads(cmr.done(STEWARD, *words))["state"] == "proposed"

    @pytest.mark.parametrize("content", [None, "ü", "a word"])
    def test_no_public_key(self, cmr: Cmr, content: str | None) -> None:
        """A file that is not there, is no ASCII, or holds no key: said with the remedy."""
        path = cmr.folder / "some.pub"
        if content is not None:
            path.write_text(content, encoding="utf-8")
        said = cmr.said(STEWARD, "site", "key", "register", "Hungary", path)
        assert "cmr site key new" in said

    def test_unknown(self, cmr: Cmr) -> None:
        """A site or a key that nobody registered."""
        assert "Ulm" in cmr.said(Role.AUDITOR, "site", "key", "list", "Ulm")
        assert "0" * 16 in cmr.said(GOVERNANCE, "site", "key", "confirm", "Hungary", "0" * 16)

    def test_without_the_right(self, cmr: Cmr) -> None:
        """A clinical lead registers nobody's key."""
        path = cmr.folder / "site.key"
        cmr.done(STEWARD, "site", "key", "new", "--out", path)
        said = cmr.said(Role.CLINICAL_LEAD, "site", "key", "register", "Hungary", f"{path}.pub")
        assert "it is for: data steward, information governance" in said


class TestAttach:
    """A tally as evidence."""

    def test_vouched_for(self, cmr: Cmr) -> None:
        """Signed with a confirmed key: custody is what was said, and the part is listed."""
        made = cmr.attached(cmr.tally("Hungary", "--key", cmr.key("Hungary")))
        shown = cmr.done(Role.AUDITOR, "evidence", "show", made)
        assert "Custody: from the author" in shown
        assert "Satisfies no gate" not in shown
        listed = cmr.done(Role.AUDITOR, "evidence", "parts", made)
        assert "Hungary" in listed
        assert "vouched for" in listed

    def test_claimed(self, cmr: Cmr) -> None:
        """With a key that only one person knows: claimed, and it says why."""
        key = cmr.key("Hungary", confirmed=False)
        made = cmr.attached(cmr.tally("Hungary", "--key", key))
        shown = cmr.done(Role.AUDITOR, "evidence", "show", made)
        assert "Custody: claimed" in shown
        assert "is proposed, not confirmed" in shown
        (part,) = json.loads(cmr.done(Role.AUDITOR, "evidence", "parts", made, "--json"))
        assert part["standing"] == "claimed"

    def test_of_a_table_there_are_no_parts(self, cmr: Cmr) -> None:
        """It says so."""
        every = json.loads(cmr.done(Role.AUDITOR, "evidence", "list", "heart-cad/1", "--json"))
        ended = cmr.run(Role.AUDITOR, "evidence", "parts", every[0]["id"])
        assert "rests on a table" in ended.output

    def test_another_plan(self, cmr: Cmr) -> None:
        """A tally made under another operating point is refused, with the reason."""
        plan = cmr.folder / "protocol.toml"
        plan.write_text(protocol_text(point="threshold = 0.4"), encoding="utf-8")
        tally = cmr.tally("Hungary")
        plan.write_text(protocol_text(), encoding="utf-8")
        words = ["evidence", "attach", "heart-cad/1", tally, "--protocol", plan, *KEPT]
        ended = cmr.run(STEWARD, *words)
        assert ended.exit_code == 2
        assert "measure digest" in ended.output


class TestMerge:
    """Several sites, and whose word it is."""

    def test_all_vouched_for(self, cmr: Cmr) -> None:
        """Both sites signed, and who merged: it counts, and says whose parts it has."""
        hungary = cmr.tally("Hungary", "--key", cmr.key("Hungary"))
        cleveland = cmr.tally("Cleveland", "--key", cmr.key("Cleveland"), first=101)
        out, own = cmr.folder / "all.tally", cmr.folder / "Hungary.key"
        said = cmr.done(STEWARD, "merge", hungary, cleveland, "--out", out, "--key", own,
                        "--as", "Hungary")  # fmt: skip
        assert "Cleveland: signed with the key" in said
        made = cmr.attached(out)
        assert "Custody: from the author" in cmr.done(Role.AUDITOR, "evidence", "show", made)
        parts = json.loads(cmr.done(Role.AUDITOR, "evidence", "parts", made, "--json"))
        assert {one["sites"][0] for one in parts} == {"Hungary", "Cleveland"}
        for source in ("Hungary.csv", "Cleveland.csv", "all.tally"):
            words = ("audit", "recompute", cmr.folder / source, "--evidence", made)
            found = cmr.done(Role.AUDITOR, *words)
            assert "The rows give what is stored." in found, found

    def test_one_is_not_signed(self, cmr: Cmr) -> None:
        """It is said when merging and when handing in."""
        hungary, cleveland = cmr.tally("Hungary"), cmr.tally("Cleveland", first=101)
        out = cmr.folder / "all.tally"
        said = cmr.done(STEWARD, "merge", hungary, cleveland, "--out", out)
        assert "Hungary: not signed, so only claimed" in said
        made = cmr.attached(out)
        shown = cmr.done(Role.AUDITOR, "evidence", "show", made)
        assert "no site vouches for 2 of 2 merged tallies" in shown
        words = ("audit", "recompute", cmr.folder / "Hungary.csv", "--evidence", made)
        assert "names it only" in cmr.said(Role.AUDITOR, *words)

    def test_sites_of_a_review(self, cmr: Cmr) -> None:
        """Every site of the scope is awaited; who did not answer is named."""
        sites = ("--site", "Hungary", "--site", "Cleveland")
        words = ["review", "open", "heart-cad/1", "--population", "Adults", "--use", "Order"]
        words += [*sites, "--rung", "pilot", "--json"]
        review = json.loads(cmr.done(Role.MODEL_OWNER, *words))["id"]
        out = cmr.folder / "all.tally"
        said = cmr.done(STEWARD, "merge", cmr.tally("HUN"), "--out", out, "--review", review)
        assert "no answer: Cleveland" in said
        assert read(out.read_bytes()).absent == ("Cleveland",)

    def test_an_unknown_review(self, cmr: Cmr) -> None:
        """Nothing is merged, and it says which review."""
        out, unknown = cmr.folder / "all.tally", uuid4()
        words = ("merge", cmr.tally("Hungary"), "--out", out, "--review", unknown)
        assert str(unknown) in cmr.said(STEWARD, *words)
        assert not out.exists()

    def test_a_key_without_a_name(self, cmr: Cmr) -> None:
        """Nobody knows as whom one signs."""
        words = ("merge", cmr.tally("Hungary"), "--out", cmr.folder / "all.tally", "--key", "k")
        assert "--key and --as belong together" in cmr.said(STEWARD, *words)

    def test_a_part_that_hides_less(self, cmr: Cmr) -> None:
        """Single exams can be read from the whole, which is said."""
        plain = cmr.tally("Hungary", "--minimum-cell", 1)
        whole = cmr.folder / "all.tally"
        said = cmr.done(STEWARD, "merge", plain, cmr.tally("Cleveland", first=101), "--out", whole)
        assert "counts below 10 can be read" in said
        assert "No row and no patient leaves" not in said


class TestRecompute:
    """A stored tally beside the table at its site, and the tally that was sent."""

    def test_table_of_the_site(self, cmr: Cmr) -> None:
        """What leaves of the same rows is what the registry keeps, and so are all figures."""
        made = cmr.attached(cmr.tally("HUN"))
        words = ("audit", "recompute", cmr.folder / "HUN.csv", "--evidence", made)
        found = cmr.done(Role.AUDITOR, *words)
        assert "same     the table's digest" in found
        assert "same     the tally that leaves of the table" in found
        assert "same     every figure, within 1e-9" in found

    def test_another_table(self, cmr: Cmr) -> None:
        """One label was turned since: the counts that leave differ, the stored figures do not."""
        made = cmr.attached(cmr.tally("Hungary"))
        source = cmr.folder / "Hungary.csv"
        source.write_text(source.read_text().replace(",1,0.8000", ",0,0.8000", 1))
        ended = cmr.run(Role.AUDITOR, "audit", "recompute", source, "--evidence", made)
        assert ended.exit_code == 1
        assert "differs  the table's digest" in ended.output
        assert "differs  the tally that leaves of the table" in ended.output
        assert "same     every verdict" in ended.output

    def test_the_tally_that_was_sent(self, cmr: Cmr) -> None:
        """Byte for byte, found by the version that it was handed in for."""
        tally = cmr.tally("Hungary")
        cmr.attached(tally)
        found = cmr.done(Role.AUDITOR, "audit", "recompute", tally, "--evidence", "heart-cad/1")
        assert "same     the tally, byte for byte" in found
        assert "same     the tally, by its digest" in found

    def test_another_tally(self, cmr: Cmr) -> None:
        """Of another site: bytes, digest and figures differ."""
        made = cmr.attached(cmr.tally("Hungary"))
        other = cmr.tally("Cleveland", first=101)
        ended = cmr.run(Role.AUDITOR, "audit", "recompute", other, "--evidence", made)
        assert ended.exit_code in {1, 3}
        assert "differs  the tally, byte for byte" in ended.output

    def test_a_table_of_no_part(self, cmr: Cmr) -> None:
        """Of a site that was not merged."""
        out = cmr.folder / "all.tally"
        tallies = cmr.tally("Hungary"), cmr.tally("Cleveland", first=101)
        cmr.done(STEWARD, "merge", *tallies, "--out", out)
        made = cmr.attached(out)
        other = cmr.folder / "other.csv"
        other.write_bytes(table(rows(exams=60)))
        said = cmr.said(Role.AUDITOR, "audit", "recompute", other, "--evidence", made)
        assert "no part of the stored tally was made of this table" in said

    def test_since(self, cmr: Cmr) -> None:
        """Of a tally under another name of its site nothing differs."""
        cmr.attached(cmr.tally("HUN"))
        found = cmr.done(Role.AUDITOR, "audit", "recompute", "--since", "2026-01-01")
        assert "2 the same, 0 different" in found
