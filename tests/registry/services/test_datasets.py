"""Facts about datasets, their patients and their withdrawal, on both databases."""

from typing import Any

import pytest

from registry.domain.datasets import packed, patient_key
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from registry.domain.people import Role
from registry.services import audit, datasets
from registry.services.work import Workshop
from registry.shapes.datasets import DatasetRecordIn
from registry.store import datasets as store
from tests.factories.people import Registry, make_registry
from tests.factories.records import dataset_in, make_dataset, make_sites

THREE = {"development": {"exams": 4, "patients": 3, "positives": 1}}


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a registry with two hospitals."""
    made = make_registry(workshop)
    make_sites(made, ["Cleveland", "Hungary"])
    return made


def send(
    registry: Registry, content: bytes, *, partition: str = "development", number: int = 1
) -> int:
    """Send a list of patients of cleveland-1988 as the data steward; return how many."""
    actor = registry.people[Role.DATA_STEWARD]
    patients = datasets.read_patients(registry.workshop, actor, [content], column=None)
    with registry.work(actor) as work:
        datasets.take_patients(work, "cleveland-1988", number, patients, partition=partition)
    return patients.count


def correction(**changes: Any) -> DatasetRecordIn:  # noqa: ANN401 -- any field may be changed
    """Return the dataset's record with changes, and why."""
    whole = dataset_in().model_dump(exclude={"name"}, by_alias=True)
    return DatasetRecordIn.model_validate(whole | {"why": "it was wrong"} | changes)


class TestRegister:
    """Registering."""

    def test_provenance_is_shown_as_it_was_given(self, registry: Registry) -> None:
        """Nothing is lost on the way in, and no key is claimed."""
        made = make_dataset(registry)
        given = dataset_in().model_dump(mode="json", by_alias=True)
        assert {key: made[key] for key in given} == given
        assert (made["number"], made["patient_keys"], made["withdrawn"]) == (1, None, None)

    def test_same_name_again_is_the_next_version(self, registry: Registry) -> None:
        """Numbers count up."""
        assert [make_dataset(registry)["number"] for _ in range(2)] == [1, 2]

    def test_alias_becomes_the_sites_name(self, registry: Registry) -> None:
        """A table's name for a hospital is mapped, never kept."""
        assert make_dataset(registry, sites=["HUN", "CLE"])["sites"] == ["Cleveland", "Hungary"]

    def test_unknown_site_is_refused(self, registry: Registry) -> None:
        """It is never guessed; those there are, are named."""
        with pytest.raises(BadInputError, match=r"sites: .*Vienna.*Cleveland, Hungary"):
            make_dataset(registry, sites=["Vienna"])

    def test_impossible_counts_are_refused(self, registry: Registry) -> None:
        """More positives than exams cannot be."""
        counts = {"development": {"exams": 3, "positives": 4}}
        with pytest.raises(BadInputError, match=r"partitions\.development\.positives"):
            make_dataset(registry, partitions=counts)

    def test_collection_that_ends_before_it_begins_is_refused(self) -> None:
        """Both days are said."""
        with pytest.raises(ValueError, match="lies before"):
            dataset_in(to="1981-04-30")


class TestSupersede:
    """Correcting."""

    def test_newest_provenance_counts(self, registry: Registry) -> None:
        """The old record stays beside it."""
        make_dataset(registry)
        with registry.work(Role.DATA_STEWARD) as work:
            made = datasets.supersede(work, "cleveland-1988", 1, correction(devices="Unknown"))
            row = store.get(work.session, "cleveland-1988", 1)
            history = store.history(work.session, row.id)
        assert (made["devices"], made["record"]) == ("Unknown", 2)
        assert [record.document["devices"] for record in history] == ["not recorded", "Unknown"]


class TestTakePatients:
    """Patients."""

    def test_keys_are_kept_sorted_and_once(self, registry: Registry) -> None:
        """Three patients in four rows are three keys under the registry's secret."""
        make_dataset(registry, partitions=THREE)
        assert send(registry, b"id\nP3\nP1\nP2\np1\n") == 3
        secret = registry.workshop.keys.overlap()
        with registry.work(Role.AUDITOR) as work:
            row = store.get(work.session, "cleveland-1988", 1)
            ((partition, digest, count),) = store.keys_of(work.session, row.id)
            content = work.artifacts.read(digest)
        assert (partition, count) == ("development", 3)
        assert content == packed(patient_key(secret, name) for name in ("P1", "P2", "P3"))

    def test_no_identifier_is_left_anywhere(self, registry: Registry) -> None:
        """Neither the trail nor the artifacts nor the record hold what was sent."""
        make_dataset(registry, partitions=THREE)
        send(registry, b"id\nMRN-4711\nMRN-4712\nMRN-4713\n")
        with registry.work(Role.AUDITOR) as work:
            seen = str(audit.read(work, start=0, limit=1000)).encode()
            seen += str(datasets.show(work, "cleveland-1988", 1)).encode()
            row = store.get(work.session, "cleveland-1988", 1)
            seen += work.artifacts.read(store.keys_of(work.session, row.id)[0][1])
        assert b"4711" not in seen

    def test_later_list_supersedes(self, registry: Registry) -> None:
        """The newest list of a partition counts."""
        make_dataset(registry, partitions=THREE)
        send(registry, b"id\n1\n2\n3\n")
        send(registry, b"id\n4\n5\n6\n")
        with registry.work(Role.AUDITOR) as work:
            row = store.get(work.session, "cleveland-1988", 1)
            assert [kept.number for kept in store.keys_rows(work.session, row.id)] == [2]
            assert datasets.show(work, "cleveland-1988", 1)["patient_keys"] == 3

    def test_other_number_of_patients_is_refused(self, registry: Registry) -> None:
        """A list that does not fit the record is not the list of its patients."""
        make_dataset(registry, partitions=THREE)
        with pytest.raises(BadInputError, match="names 2 patients"):
            send(registry, b"id\n1\n2\n")

    def test_unknown_partition_is_refused(self, registry: Registry) -> None:
        """Those there are, are named."""
        make_dataset(registry, partitions=THREE)
        with pytest.raises(BadInputError, match="it has: development"):
            send(registry, b"id\n1\n2\n3\n", partition="testing")

    def test_list_without_patients_is_refused(self, registry: Registry) -> None:
        """A header alone is no list."""
        with pytest.raises(BadInputError, match="names no patient"):
            send(registry, b"id\n")

    def test_engineer_may_but_auditor_may_not(self, registry: Registry) -> None:
        """Who may not is refused before anything is read."""
        actor = registry.people[Role.AUDITOR]
        with pytest.raises(ForbiddenError):
            datasets.read_patients(registry.workshop, actor, iter(()), column=None)

    def test_unknown_dataset_is_named(self, registry: Registry) -> None:
        """There is nothing to put them to."""
        with pytest.raises(NotFoundError, match="cleveland-1988/9"):
            send(registry, b"id\n1\n", number=9)


class TestWithdraw:
    """Withdrawal."""

    def test_who_when_and_why_are_shown(self, registry: Registry) -> None:
        """A withdrawn dataset says so for ever."""
        make_dataset(registry)
        with registry.work(Role.INFORMATION_GOVERNANCE) as work:
            made = datasets.withdraw(work, "cleveland-1988", 1, why="consent withdrawn")
        withdrawn = made["withdrawn"]
        assert withdrawn["why"] == "consent withdrawn"
        assert withdrawn["at"] == "2026-11-23T09:30:00.000000Z"
        assert withdrawn["by"]["name"] == "Information Governance"

    def test_second_withdrawal_is_refused(self, registry: Registry) -> None:
        """It is withdrawn once."""
        make_dataset(registry)
        with registry.work(Role.DATA_STEWARD) as work:
            datasets.withdraw(work, "cleveland-1988", 1, why="x")
        with pytest.raises(ConflictError), registry.work(Role.DATA_STEWARD) as work:
            datasets.withdraw(work, "cleveland-1988", 1, why="y")
