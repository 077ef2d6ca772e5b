"""Facts about where a version and its evidence come from, on a card."""

import pickle

from registry.domain.judgements import provenance
from registry.domain.judgements.considerations import answers
from registry.domain.judgements.verdicts import BAD, GOOD, UNSURE
from registry.domain.versions import content_kind
from tests.factories.whole import make_bare_dossier, make_full_dossier

FULL, BARE = make_full_dossier(), make_bare_dossier()


class TestMaking:
    """By what the version was made."""

    def test_lede_names_what_is_not_recorded(self) -> None:
        """Nothing of it is passed over."""
        lacking = "training run, code commit, environment lock and datasets"
        assert provenance.lede(BARE).endswith(f"No description. Not recorded: {lacking}.")
        assert "Not recorded" not in provenance.lede(FULL)

    def test_run_with_its_times(self) -> None:
        """System, id, from when to when."""
        run = provenance.making(FULL)[0]
        assert run.text == (
            "MLflow at tracking.example.org, c5a9d1e0b7f04a5e, 20 Nov 2026, 08:00 UTC to "
            "20 Nov 2026, 08:04 UTC"
        )

    def test_nothing_recorded_is_unsure(self) -> None:
        """Run, code and environment; a version may well have no base model."""
        tones = [line.tone for line in provenance.making(BARE)]
        assert tones == [UNSURE, UNSURE, UNSURE, "plain"]


class TestDatasets:
    """What it was trained and tested on."""

    def test_withdrawn_first_and_loud(self) -> None:
        """When, by whom, why."""
        first = provenance.datasets(FULL)[0]
        assert first.withdrawn == (
            "WITHDRAWN 22 Nov 2026 by Dóra Nagy: Consent was withdrawn by the custodian."
        )
        assert [one.withdrawn for one in provenance.datasets(FULL)[1:]] == ["", ""]

    def test_uses(self) -> None:
        """What of it trained, and which evidence was counted from it."""
        uses = {one.name: one.use for one in provenance.datasets(FULL)}
        assert uses == {
            "silent-2025/1": "Not used here",
            "cleveland-1988/1": "Training and evidence 2",
            "uci-external-1988/1": "Evidence 1",
        }

    def test_every_field_is_said_or_said_to_be_missing(self) -> None:
        """Annotators, legal basis and licence among them."""
        facts = {line.label: line.text for line in provenance.datasets(FULL)[1].facts}
        assert facts["Devices"] == "Not recorded."
        assert facts["Annotated by"] == "Cardiologists."
        assert facts["Legal basis"] == "Published, de-identified."

    def test_counts_not_known(self) -> None:
        """Unknown positives are not none."""
        dossier = make_full_dossier()
        dossier["datasets"][0] |= {"partitions": {"development": {"exams": 3, "patients": None}}}
        dossier["datasets"][1] |= {"partitions": {}}
        counts = {one.name: one.counts for one in provenance.datasets(dossier)}
        assert counts["cleveland-1988/1"] == "Development: 3 exams, with the finding: not recorded"
        assert counts["uci-external-1988/1"] == "Counts not recorded"


class TestHeld:
    """Who held what."""

    def test_each_evidence(self) -> None:
        """Custody, custodian, who handed it in, and whether it counts."""
        first, second = provenance.held(FULL)
        assert first.custody == "Labels held by the data steward"
        assert first.submitted == "22 Nov 2026, by Dorka Bíró"
        assert first.size == "616 rows; 1983–1987; 2nd version tested on these patients"
        assert (first.counts, first.tone) == ("Counts towards gates", GOOD)
        assert second.counts.startswith("Does not count: The scores come from refits")
        assert second.tone == UNSURE

    def test_claimed_numbers_are_called_claimed(self) -> None:
        """And are bad, since nothing stands behind them."""
        dossier = make_full_dossier()
        dossier["evidence"][0] |= {"custody": "claimed", "counts": False, "because": "no key"}
        found = next(one for one in provenance.held(dossier) if one.number == 1)
        assert found.custody.startswith("Claimed; no site vouches")
        assert found.tone == BAD

    def test_tally_is_told_from_a_table(self) -> None:
        """Counts that a site sent are no rows that we held."""
        dossier = make_full_dossier()
        dossier["evidence"][0]["table"] |= {"digest": dossier["evidence"][0]["tally"], "rows": None}
        assert provenance.held(dossier)[0].size.startswith("rows not told, as counts")


class TestPapersAndFiles:
    """Files of the version, documents beside it, overlaps."""

    def test_model_first(self) -> None:
        """Whatever else lies beside it."""
        dossier = make_full_dossier()
        other = {"path": "environment.txt", "kind": "configuration", "digest": "sha256:0"}
        dossier["version"]["artifacts"].insert(0, other)
        assert [one.path for one in provenance.files(dossier)] == ["model.json", "environment.txt"]

    def test_file_that_runs_code_is_loud(self) -> None:
        """As its first bytes showed."""
        dossier = make_full_dossier()
        dossier["version"]["artifacts"][0]["content"] = content_kind(pickle.dumps({"a": 1}))
        (file,) = provenance.files(dossier)
        assert (file.kind, file.tone) == ("model, RUNS CODE when opened", BAD)
        (found,) = [c for c in answers(dossier)[9].computed if c.tone == BAD]
        assert found.text == "RUNS CODE when opened: model.json."

    def test_paper(self) -> None:
        """Who issued it and until when it holds."""
        (paper,) = provenance.papers(FULL)
        assert (paper.issued, paper.valid) == (
            "Information governance, 1 Oct 2026",
            "until 1 Oct 2027",
        )

    def test_overlaps_worst_first(self) -> None:
        """What cannot be checked goes before what was cleared."""
        assert [line.tone for line in provenance.overlaps(FULL)] == [UNSURE, GOOD, GOOD]

    def test_nothing_checked_is_said(self) -> None:
        """No overlap looked for is not no overlap."""
        (line,) = provenance.overlaps(BARE)
        assert (line.label, line.tone) == ("Overlap not checked", UNSURE)
