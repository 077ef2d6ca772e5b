"""Evidence: from an uploaded table to an assessment, and the rows' end, whatever happens."""

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from registry.domain.digests import digest_of
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
    RuleBrokenError,
    WaitingError,
)
from registry.domain.evidence import Custody, ScoresFrom
from registry.domain.jobs import Job, JobStatus
from registry.domain.people import Role
from registry.faces import worker
from registry.services import datasets, evidence, protocols
from registry.services.work import Workshop
from registry.store import audit, jobs, versions
from registry.store import evidence as kept
from tests.conftest import FrozenClock
from tests.factories.evidence import (
    claim,
    hand_in,
    make_evidence,
    make_protocol,
    make_signed_protocol,
    protocol_text,
    rows,
    shown,
    sign_protocol,
    table,
)
from tests.factories.people import Registry
from tests.factories.records import make_dataset, make_model, make_version
from validation.tallies import files as tally_files


def trail(registry: Registry, act: str) -> list[dict[str, Any]]:
    """Return the entries of one act."""
    with registry.work(Role.AUDITOR) as work:
        bodies = [json.loads(bytes(body)) for _, body, _ in audit.entries(work.session)]
    return [body for body in bodies if body["act"] == act]


def staged(registry: Registry) -> list[str]:
    """Return the names of staged files."""
    folder = registry.workshop.staging.path("a").parent
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


class TestHandIn:
    """Handing a table in."""

    def test_waits_for_its_job(self, registry: Registry, protocol: str) -> None:
        """The answer is evidence that waits, with the digest of the very bytes."""
        found = shown(registry, hand_in(registry, protocol, retained_until=date(2036, 11, 23)))
        assert (found["state"], found["number"]) == ("waiting", 1)
        assert found["table"]["digest"] == digest_of(table())
        assert found["table"]["retained_until"] == "2036-11-23"

    def test_rows_are_private(self, registry: Registry, protocol: str) -> None:
        """The staged file is readable by nobody but its owner."""
        hand_in(registry, protocol)
        path = registry.workshop.staging.path(staged(registry)[0])
        assert path.stat().st_mode & 0o777 == 0o600

    def test_protocol_must_be_in_force(self, registry: Registry) -> None:
        """With one signature missing the table is refused, and nothing is staged."""
        digest = make_protocol(registry)
        sign_protocol(registry, digest, [Role.CLINICAL_LEAD])
        with pytest.raises(WaitingError, match="independent validator must sign"):
            hand_in(registry, digest)
        assert staged(registry) == []

    def test_refused_before_a_byte_is_read(self, registry: Registry) -> None:
        """What can be refused without the rows is refused before the stream is touched."""
        digest = make_protocol(registry)

        def never() -> Iterator[bytes]:
            raise AssertionError
            yield b""

        with pytest.raises(WaitingError):
            evidence.hand_in(
                registry.workshop, registry.people[Role.DATA_STEWARD], claim(digest), never()
            )

    def test_another_models_protocol(self, registry: Registry) -> None:
        """A protocol of another model does not measure this one."""
        make_model(registry, name="other")
        digest = make_signed_protocol(registry, "other")
        with pytest.raises(RuleBrokenError, match="another model"):
            hand_in(registry, digest)

    def test_same_table_twice(self, registry: Registry, protocol: str) -> None:
        """The same bytes by the same protocol are a conflict that names the first; none is left."""
        first = make_evidence(registry, protocol)
        with pytest.raises(ConflictError, match=str(first)):
            hand_in(registry, protocol)
        assert staged(registry) == []

    def test_refused_table_may_come_again(self, registry: Registry, protocol: str) -> None:
        """A table that was refused for its site is taken once the site is known."""
        content = table(rows(site="Charité"))
        assert shown(registry, make_evidence(registry, protocol, content))["state"] == "refused"
        second = make_evidence(registry, protocol, content)
        assert shown(registry, second)["number"] == 2

    def test_author_cannot_claim_custody(self, registry: Registry, protocol: str) -> None:
        """The engineer who registered the version cannot be the independent party."""
        with pytest.raises(RuleBrokenError, match="You registered this version"):
            hand_in(registry, protocol, role=Role.ML_ENGINEER, custody=Custody.INDEPENDENT)

    def test_unknown_dataset(self, registry: Registry, protocol: str) -> None:
        """A dataset that is not registered is named."""
        with pytest.raises(NotFoundError, match="hungary/1"):
            hand_in(registry, protocol, dataset="hungary/1")

    def test_withdrawn_dataset(self, registry: Registry, protocol: str) -> None:
        """A dataset that was withdrawn measures nothing any more, for its reason."""
        make_dataset(registry)
        with registry.work(Role.DATA_STEWARD) as work:
            datasets.withdraw(work, "cleveland-1988", 1, why="Consent was withdrawn.")
        with pytest.raises(RuleBrokenError, match="Consent was withdrawn"):
            hand_in(registry, protocol, dataset="cleveland-1988/1")

    @pytest.mark.parametrize("reference", ["hungary", "/1", "hungary/one"])
    def test_malformed_dataset(self, registry: Registry, protocol: str, reference: str) -> None:
        """A dataset that is not name/number is refused at its field."""
        with pytest.raises(BadInputError) as refused:
            hand_in(registry, protocol, dataset=reference)
        assert refused.value.field == "dataset"

    @pytest.mark.parametrize("name", ["custodian", "location"])
    def test_somebody_keeps_the_table(self, registry: Registry, protocol: str, name: str) -> None:
        """Who keeps the table and where must be said."""
        said, steward = claim(protocol, **{name: "  "}), registry.people[Role.DATA_STEWARD]
        with pytest.raises(BadInputError) as refused:
            evidence.hand_in(registry.workshop, steward, said, [table()])
        assert refused.value.field == name

    def test_empty_upload(self, registry: Registry, protocol: str) -> None:
        """An empty upload is refused at once and leaves nothing."""
        with pytest.raises(BadInputError, match="empty"):
            hand_in(registry, protocol, b"")
        assert staged(registry) == []

    def test_workbook(self, registry: Registry, protocol: str) -> None:
        """An Excel workbook is refused while it streams, with the remedy."""
        with pytest.raises(BadInputError, match="CSV or Parquet"):
            hand_in(registry, protocol, b"PK\x03\x04" + b"x" * 100)
        assert staged(registry) == []

    def test_nobody_signed_in(self, registry: Registry, protocol: str) -> None:
        """Nobody hands nothing in."""
        with pytest.raises(NotSignedInError):
            evidence.hand_in(registry.workshop, None, claim(protocol), [table()])

    def test_safety_officer_may_not(self, registry: Registry, protocol: str) -> None:
        """Who signs reviews does not bring the evidence."""
        with pytest.raises(ForbiddenError):
            hand_in(registry, protocol, role=Role.CLINICAL_SAFETY_OFFICER)


class TestAssess:
    """The job."""

    def test_attached(self, registry: Registry, protocol: str) -> None:
        """A good table becomes evidence with tally and assessment under their digests."""
        found = shown(registry, make_evidence(registry, protocol))
        assert (found["state"], found["counts"], found["because"]) == ("attached", True, None)
        assert found["table"]["rows"] == 40
        with registry.work(Role.AUDITOR) as work:
            content = work.artifacts.read(found["assessment_digest"])
        assert digest_of(content) == found["assessment_digest"]

    def test_aliases_become_sites(self, registry: Registry, protocol: str) -> None:
        """A table that calls Hungary HUN is judged under the registered name."""
        made = make_evidence(registry, protocol, table(rows(site="HUN")))
        with registry.work(Role.AUDITOR) as work:
            strata = evidence.assessment(work, made)["strata"]
        assert {"site": "Hungary"} in [one["by"] for one in strata]

    def test_tally_counts_the_rows(self, registry: Registry, protocol: str) -> None:
        """The tally that is handed out reads back, and its cells sum to the table's rows."""
        made = make_evidence(registry, protocol)
        with registry.work(Role.AUDITOR) as work:
            tally = tally_files.read(b"".join(evidence.tally(work, made)))
        assert tally.base.cells.exams.sum() == 40

    def test_unknown_site(self, registry: Registry, protocol: str) -> None:
        """An unknown site refuses the table, names it, and leaves neither tally nor assessment."""
        found = shown(registry, make_evidence(registry, protocol, table(rows(site="Charité"))))
        assert found["state"] == "refused"
        assert "Charité" in found["refusal"]
        assert (found["tally"], found["assessment_digest"], found["counts"]) == (None, None, False)

    def test_trail_quotes_no_cell(self, registry: Registry, protocol: str) -> None:
        """The trail says where a refused table is wrong, and quotes nothing out of it."""
        lines = [*rows(), "e99,p99,Hungary,external testing,F,1,secret"]
        made = make_evidence(registry, protocol, table(lines))
        (entry,) = trail(registry, "evidence.refused")
        assert entry["after"] == {"code": "table", "column": "score", "rows": [41]}
        assert "secret" in shown(registry, made)["refusal"]

    def test_rows_are_deleted(self, registry: Registry, protocol: str) -> None:
        """After the job no row is left, the record says when, the trail says it once."""
        found = shown(registry, make_evidence(registry, protocol))
        assert staged(registry) == []
        assert found["table"]["deleted_at"] == "2026-11-23T09:30:00.000000Z"
        assert len(trail(registry, "table.deleted")) == 1

    def test_refused_rows_are_deleted(self, registry: Registry, protocol: str) -> None:
        """A refused table's rows go, too."""
        make_evidence(registry, protocol, table(rows(site="Charité")))
        assert staged(registry) == []
        assert len(trail(registry, "table.deleted")) == 1

    def test_attached_on_the_trail(self, registry: Registry, protocol: str) -> None:
        """The trail names what was measured by digests, and who handed it in."""
        found = shown(registry, make_evidence(registry, protocol))
        (entry,) = trail(registry, "evidence.attached")
        assert entry["actor"] == "system"
        assert entry["after"]["assessment"] == found["assessment_digest"]
        assert entry["after"]["submitted_by"] == found["submitted"]["by"]["id"]

    def test_staged_rows_are_gone(self, registry: Registry, protocol: str) -> None:
        """Rows that vanished before the job are a refusal, not an endless retry."""
        made = hand_in(registry, protocol)
        registry.workshop.staging.delete(staged(registry)[0])
        worker.drain(registry.workshop)
        assert "upload the table again" in shown(registry, made)["refusal"]

    def test_changed_rows_are_not_measured(self, registry: Registry, protocol: str) -> None:
        """Rows that are not those uploaded are refused at once and attach nothing."""
        made = hand_in(registry, protocol)
        registry.workshop.staging.path(staged(registry)[0]).write_bytes(table(rows(exams=30)))
        worker.run_one(registry.workshop)
        assert shown(registry, made)["state"] == "refused"
        with registry.work(Role.AUDITOR) as work:
            job = jobs.get(work.session, UUID(evidence.show(work, made)["job"]))
        assert "not those that were uploaded" in str(job.error)

    def test_patients_are_keys(self, registry: Registry, protocol: str) -> None:
        """Forty patients are kept as forty keys that hold no identifier."""
        made = make_evidence(registry, protocol, table(rows(prefix="hospital-number-")))
        with registry.work(Role.AUDITOR) as work:
            row = kept.get(work.session, made)
            keys = work.artifacts.read(str(row.keys_digest))
        assert (row.keys_count, len(keys), row.keys_coverage) == (40, 40 * 32, 1.0)
        assert b"hospital" not in keys


class TestCounts:
    """What cannot satisfy a gate."""

    def test_refits(self, registry: Registry, protocol: str) -> None:
        """Scores from refits are kept and count for nothing."""
        found = shown(registry, make_evidence(registry, protocol, scores_from=ScoresFrom.REFITS))
        assert found["counts"] is False
        assert "refits" in found["because"]

    def test_protocol_after_the_look(
        self, registry: Registry, protocol: str, clock: FrozenClock
    ) -> None:
        """A protocol that was signed after these data were seen is exploratory."""
        make_evidence(registry, protocol)
        clock.advance(hours=1)
        later = make_signed_protocol(registry, name="Again", floor=0.75)
        found = shown(registry, make_evidence(registry, later))
        assert found["exploratory"] is True
        assert found["because"].endswith("it differs from that protocol in criteria.")

    def test_two_protocols_before_the_look(
        self, registry: Registry, protocol: str, clock: FrozenClock
    ) -> None:
        """Two protocols that were both in force before the first table are both pre-specified."""
        other = make_signed_protocol(registry, name="Again", floor=0.75)
        clock.advance(hours=1)
        make_evidence(registry, protocol)
        assert shown(registry, make_evidence(registry, other))["exploratory"] is False

    def test_same_dataset_other_table(
        self, registry: Registry, protocol: str, clock: FrozenClock
    ) -> None:
        """Data are the same when the dataset is, though the table has other bytes."""
        make_dataset(registry)
        make_evidence(registry, protocol, dataset="cleveland-1988/1")
        clock.advance(hours=1)
        later = make_signed_protocol(registry, name="Again", floor=0.75)
        again = table(rows(exams=30))
        found = shown(registry, make_evidence(registry, later, again, dataset="cleveland-1988/1"))
        assert found["exploratory"] is True


class TestResults:
    """Reading what came out."""

    def test_still_waiting(self, registry: Registry, protocol: str) -> None:
        """While the job is open there is no assessment, and the job is named."""
        made = hand_in(registry, protocol)
        with (
            pytest.raises(WaitingError, match="still being assessed"),
            registry.work(Role.AUDITOR) as work,
        ):
            evidence.assessment(work, made)

    def test_refused(self, registry: Registry, protocol: str) -> None:
        """A refused table has no tally; the reason is repeated."""
        made = make_evidence(registry, protocol, table(rows(site="Charité")))
        with pytest.raises(BadInputError, match="Charité"), registry.work(Role.AUDITOR) as work:
            evidence.tally(work, made)

    def test_unknown(self, registry: Registry) -> None:
        """Evidence that is not there is named."""
        with pytest.raises(NotFoundError), registry.work(Role.AUDITOR) as work:
            evidence.show(work, UUID(int=3))

    def test_of_version(self, registry: Registry, protocol: str) -> None:
        """The list holds everything, refused tables too, in order."""
        make_evidence(registry, protocol, table(rows(site="Charité")))
        make_evidence(registry, protocol)
        with registry.work(Role.AUDITOR) as work:
            found = evidence.of_version(work, "heart-cad", 1)
        assert [(one["number"], one["state"]) for one in found] == [
            (1, "refused"),
            (2, "attached"),
        ]


class TestSweep:
    """Rows that a crash or a day left behind."""

    def test_nothing_to_do(self, registry: Registry, protocol: str) -> None:
        """Fresh rows that wait for their job stay."""
        hand_in(registry, protocol)
        assert evidence.sweep(registry.workshop) == 0
        assert len(staged(registry)) == 1

    def test_a_day_passes(self, registry: Registry, protocol: str, clock: FrozenClock) -> None:
        """Rows nobody assessed for a day go; the evidence is refused and its job withdrawn."""
        made = hand_in(registry, protocol)
        clock.advance(hours=24)
        assert evidence.sweep(registry.workshop) == 1
        found = shown(registry, made)
        assert (found["state"], staged(registry)) == ("refused", [])
        with registry.work(Role.AUDITOR) as work:
            assert jobs.get(work.session, UUID(found["job"])).status is JobStatus.DEAD
        assert worker.drain(registry.workshop) == 0

    def test_crash_before_the_deletion(self, registry: Registry, protocol: str) -> None:
        """Rows left after their evidence ended are deleted, on the trail once."""
        made = hand_in(registry, protocol)
        with registry.workshop.begin(None) as work:
            kept.settle(work.session, made, {"state": "refused", "refusal": "crashed"})
        assert evidence.sweep(registry.workshop) == 1
        assert evidence.sweep(registry.workshop) == 0
        assert staged(registry) == []
        assert len(trail(registry, "table.deleted")) == 1

    def test_upload_that_broke_off(self, registry: Registry, clock: FrozenClock) -> None:
        """A staged file that no record knows goes after a day, by the trail."""
        registry.workshop.staging.receive([b"half a table"])
        assert evidence.sweep(registry.workshop) == 0
        clock.advance(days=20_000)  # the file bears the time of the real clock
        assert evidence.sweep(registry.workshop) == 1
        assert staged(registry) == []
        assert len(trail(registry, "table.deleted")) == 1


class TestAbandon:
    """A job that is given up."""

    def test_refused_and_deleted(
        self, registry: Registry, protocol: str, clock: FrozenClock
    ) -> None:
        """After the last failed attempt the evidence is refused and the rows are gone."""

        def fail(workshop: Workshop, job: Job, report: worker.Report) -> None:
            del workshop, job, report
            raise OSError("no space left on device")

        made = hand_in(registry, protocol)
        kinds = {evidence.JOB: dataclasses.replace(worker.KINDS[evidence.JOB], run=fail)}
        for _ in range(5):
            worker.run_one(registry.workshop, kinds=kinds)
            clock.advance(minutes=2)
        found = shown(registry, made)
        assert "could not be assessed (tried 5 times): OSError: no space" in found["refusal"]
        assert staged(registry) == []


def train(registry: Registry, patients: list[str], *, exams: int = 2) -> None:
    """Register version 2, trained on Cleveland, where these patients are known."""
    counts = {"exams": exams, "patients": None, "positives": 1}
    make_dataset(registry, partitions={"development": counts})
    steward = registry.people[Role.DATA_STEWARD]
    if patients:
        listed = "\n".join(["patient", *patients, ""]).encode()
        read = datasets.read_patients(registry.workshop, steward, [listed], column=None)
        with registry.work(Role.DATA_STEWARD) as work:
            datasets.take_patients(work, "cleveland-1988", 1, read, partition="development")
    used = [{"name": "cleveland-1988", "number": 1, "use": "training"}]
    make_version(registry, content=b"2", datasets=used)


def overlaps(registry: Registry) -> list[dict[str, Any]]:
    """Return the overlaps of version 2."""
    with registry.work(Role.AUDITOR) as work:
        version = versions.get(work.session, "heart-cad", 2)
        return kept.overlaps(work.session, work.artifacts, version.id)


class TestOverlaps:
    """Patients of the training data in a table that tests."""

    def test_found(self, registry: Registry, protocol: str) -> None:
        """One of the table's patients, p7, was trained on, however the identifier is written."""
        train(registry, ["P7 ", "c1"])
        made = make_evidence(registry, protocol, number=2)
        assert overlaps(registry) == [
            {
                "training": "cleveland-1988/1",
                "testing": "evidence 1",
                "evidence": str(made),
                "outcome": "found",
                "shared": 1,
                "comparable": 1.0,
                "because": "One patient is in the training data and in the table that tests "
                "the model.",
            }
        ]

    def test_none_among_half(self, registry: Registry, protocol: str) -> None:
        """With two of four training exams known, half of the pairs could be compared."""
        train(registry, ["c1", "c2"], exams=4)
        make_evidence(registry, protocol, number=2)
        (found,) = overlaps(registry)
        assert (found["outcome"], found["comparable"]) == ("none", 0.5)

    def test_training_patients_unknown(self, registry: Registry, protocol: str) -> None:
        """Without the training patients it cannot be checked, and the remedy is named."""
        train(registry, [])
        make_evidence(registry, protocol, number=2)
        (found,) = overlaps(registry)
        assert found["outcome"] == "cannot be checked"
        assert "cmr dataset patients" in found["because"]

    def test_own_partition_only(self, registry: Registry) -> None:
        """Development rows in the same table are the training patients and no overlap."""
        train(registry, ["p7", "c1"])
        digest = make_signed_protocol(registry, partition=True)
        lines = [*rows(exams=20, split="development"), *rows(first=100)]
        make_evidence(registry, digest, table(lines), number=2)
        (found,) = overlaps(registry)
        assert found["outcome"] == "none"

    def test_development_is_left_out(self, registry: Registry) -> None:
        """Development evidence rests on the training patients and is not compared."""
        train(registry, ["p7"])
        digest = make_signed_protocol(registry, name="Development", purpose="development")
        make_evidence(registry, digest, number=2)
        assert overlaps(registry) == []

    def test_no_patient_column(self, registry: Registry) -> None:
        """A protocol without a patient column leaves nothing to compare, and says so."""
        train(registry, ["p7"])
        text = protocol_text().replace('patient = "patient_id"\n', "")
        with registry.work(Role.ML_ENGINEER) as work:
            digest = str(protocols.register(work, "heart-cad", text)["digest"])
        sign_protocol(registry, digest)
        make_evidence(registry, digest, number=2)
        (found,) = overlaps(registry)
        assert "declares no patient column" in found["because"]

    def test_named_by_its_dataset(self, registry: Registry, protocol: str) -> None:
        """A table of a dataset is called by it."""
        train(registry, ["p7"])
        make_dataset(registry, name="hungary-1988")
        make_evidence(registry, protocol, number=2, dataset="hungary-1988/1")
        assert overlaps(registry)[0]["testing"] == "hungary-1988/1"
