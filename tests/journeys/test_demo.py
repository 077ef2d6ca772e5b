"""`cmr demo`: the whole flow on real patients, and what a stranger finds afterwards."""

import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from registry.faces.cli.demo import heart
from tests.journeys.commands import cmr
from tests.journeys.conftest import Played

CARDS = ("heart-cad-1-pilot", "heart-cad-2-pilot", "heart-cad-2-silent")


SECTIONS = (
    "2 Performance",
    "3 Sites and subgroups",
    "4 The thirteen considerations",
    "5 Harm, hazards and controls",
    "6 Data, provenance and lineage",
    "7 Protocol and what deviated",
    "8 Change since the last dossier",
    "9 Deployment, monitoring and change control",
    "10 Signatures, digests, how to verify",
)


def text_of(card: Path) -> str:
    """Return what a card says, as a reader of its text gets it."""
    done = subprocess.run(["pdftotext", "-layout", card, "-"], check=True, capture_output=True)
    return done.stdout.decode()


class TestStory:
    """What is printed."""

    def test_it_names_the_hospitals_and_the_investigators(self, played: Played) -> None:
        """The licence of the data asks for the investigators' names."""
        for name in ("Cleveland", *heart.EXTERNAL_SITES, "Detrano", "Janosi", "Steinbrunn"):
            assert name in played.story

    def test_its_numbers_are_those_of_scikit_learn(self, played: Played) -> None:
        """Every site's AUROC in the story is what scikit-learn makes of the table handed in."""
        for version in (1, 2):
            table = pd.read_csv(played.home / f"external-{version}.csv")
            for site, rows in table.groupby("site"):
                auroc = roc_auc_score(rows["label"], rows["score"])
                assert f"{auroc:.3f}" in played.story, (version, site)

    def test_insufficient_evidence_is_said(self, played: Played) -> None:
        """Eight Swiss negatives settle nothing, and women rest on few."""
        assert "8 negatives, fewer than the 10 required" in played.story
        assert "25 with disease" in played.story

    def test_the_threshold_keeps_its_promise_at_cleveland(self, played: Played) -> None:
        """The resolved threshold is the highest that keeps 90 % of the diseased flagged."""
        table = pd.read_csv(played.home / "development-1.csv")
        diseased = table.loc[table["label"] == 1, "score"].sort_values(ascending=False)
        needed = -(-len(diseased) * 9 // 10)
        threshold = diseased.iloc[needed - 1]
        assert f"threshold {threshold:.3f}" in played.story

    def test_the_hospital_lets_it_in(self, played: Played) -> None:
        """Two people of Hungary let it run silently, and a permit for more is refused."""
        assert "Béla Kovács, site executive, signs: accept residual risk." in played.story
        assert "May it run there for silent use? Yes" in played.story
        assert "May it run there for pilot use? No." in played.story


class TestCards:
    """What lies there afterwards."""

    @pytest.mark.parametrize("name", CARDS)
    def test_each_card_decides_on_one_page_and_has_every_section(
        self, played: Played, name: str
    ) -> None:
        """The sign-offs stand on page 1, what they rest on behind it, in the order of the house."""
        first, *others = text_of(played.home / f"{name}.pdf").removesuffix("\f").split("\f")
        assert "Sign-offs" in first
        found = [line.strip() for page in others for line in page.splitlines()]
        assert [line for line in found if line in SECTIONS] == list(SECTIONS)

    def test_a_card_says_what_the_policy_blocks(self, played: Played) -> None:
        """Version 1 is declined across every page, and page 1 says why."""
        text = text_of(played.home / "heart-cad-1-pilot.pdf")
        assert text.count("DECLINED") >= 1
        assert "Policy blocks" in text
        assert "Not shown to work in" in text

    def test_the_current_card_can_be_fetched_again(self, played: Played, tmp_path: Path) -> None:
        """What `cmr card get` brings is byte for byte what the demonstration wrote."""
        played.sign_in("u.virtanen")
        out = tmp_path / "card.pdf"
        done = cmr("card", "get", "heart-cad/2", "--out", out, home=played.home)
        assert done.returncode == 0, done.stderr
        assert out.read_bytes() == (played.home / "heart-cad-2-silent.pdf").read_bytes()


class TestAfterwards:
    """The registry that it leaves behind."""

    def test_the_trail_is_intact(self, played: Played) -> None:
        """An auditor checks it with one command, and with a checkpoint kept outside."""
        played.sign_in("u.virtanen")
        done = cmr("audit", "verify", home=played.home)
        assert (done.returncode, "intact" in done.stdout) == (0, True), done.stderr

    def test_check_says_what_is_missing(self, played: Played) -> None:
        """Version 1 may not be used, and the exit code says so."""
        played.sign_in("u.virtanen")
        done = cmr("check", "heart-cad/1", "--json", home=played.home)
        assert done.returncode in {3, 4}
        assert json.loads(done.stdout)["answer"] in {"not met", "insufficient evidence"}

    def test_an_auditor_changes_nothing(self, played: Played) -> None:
        """Reading is all an auditor may do."""
        played.sign_in("u.virtanen")
        done = cmr("site", "register", "Elsewhere", "--time-zone", "UTC", home=played.home)
        assert done.returncode == 1
        assert "✗" in done.stderr

    def test_no_row_of_a_patient_is_left_in_the_registry(self, played: Played) -> None:
        """Staging is empty and no artifact holds a patient's identifier."""
        staging = played.home / "staging"
        assert not staging.exists() or not list(staging.iterdir())
        artifacts = [path for path in (played.home / "artifacts").rglob("*") if path.is_file()]
        assert artifacts
        for path in [*artifacts, played.home / "registry.db"]:
            assert b"UCI-0" not in path.read_bytes(), path.name


class TestAgain:
    """Running it again, and elsewhere."""

    def test_an_earlier_demonstration_makes_way_for_the_next(self, played: Played) -> None:
        """What an interrupted run left was there before this one, and is gone."""
        assert (played.home / "registry.db").read_bytes().startswith(b"SQLite format 3")
        told = json.loads((played.home / "demonstration.json").read_text(encoding="utf-8"))
        assert told == {"made_by": "cmr demo"}

    def test_a_foreign_folder_is_left_alone(self, tmp_path: Path) -> None:
        """What no demonstration made is not removed."""
        (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
        done = cmr("demo", home=tmp_path)
        assert done.returncode == 2
        assert "choose another folder" in done.stderr
        assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"
