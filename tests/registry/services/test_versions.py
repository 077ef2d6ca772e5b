"""Facts about registering versions, their files and lineage, on both databases."""

import pickle
from typing import Any

import pytest

from registry.domain.errors import (
    BadInputError,
    ConflictError,
    IntegrityError,
    NotFoundError,
    RuleBrokenError,
)
from registry.domain.lineage import CircleError
from registry.domain.people import Role
from registry.domain.stages import Stage
from registry.services import artifacts, datasets, versions
from registry.services.work import Workshop
from registry.shapes.versions import VersionRecordIn
from registry.store import versions as store
from tests.factories.people import Registry, make_registry
from tests.factories.records import (
    make_artifact,
    make_dataset,
    make_model,
    make_sites,
    make_version,
)


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a registry with the model heart-cad and the dataset cleveland-1988/1."""
    made = make_registry(workshop)
    make_sites(made, ["Cleveland"])
    make_model(made)
    make_dataset(made)
    return made


def parent(number: int) -> dict[str, Any]:
    """Return a part that names a parent."""
    return {"model": "heart-cad", "number": number, "relation": "retrained from"}


def correct(registry: Registry, number: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field
    """Correct the record of a version."""
    record = VersionRecordIn.model_validate({"description": "x", "why": "wrong"} | changes)
    with registry.work(Role.ML_ENGINEER) as work:
        return versions.supersede(work, "heart-cad", number, record)


class TestRegister:
    """Registering."""

    def test_numbers_count_up_per_model(self, registry: Registry) -> None:
        """1, 2, and for another model 1 again."""
        make_model(registry, name="lung")
        made = [make_version(registry), make_version(registry), make_version(registry, "lung")]
        assert [(v["model"], v["number"]) for v in made] == [
            ("heart-cad", 1),
            ("heart-cad", 2),
            ("lung", 1),
        ]

    def test_new_version_is_registered_and_nothing_more(self, registry: Registry) -> None:
        """Its stage is the first."""
        assert make_version(registry)["stage"] == Stage.REGISTERED

    def test_whole_record_is_kept(self, registry: Registry) -> None:
        """Lineage, run, commit and lock come back as they were given."""
        make_version(registry)
        given: dict[str, Any] = {
            "parents": [parent(1)],
            "base_model": {"name": "densenet121", "digest": None, "source": "torchvision"},
            "training_run": {"system": "MLflow", "id": "7f", "started": None, "finished": None},
            "code_commit": "9fceb02",
            "environment_lock": "sha256:" + "a" * 64,
            "datasets": [{"name": "cleveland-1988", "number": 1, "use": "training"}],
        }
        made = make_version(registry, **given)
        assert {key: made[key] for key in given} == given

    def test_links_follow_the_record(self, registry: Registry) -> None:
        """Parents and datasets can be asked for as rows."""
        make_version(registry)
        used = [{"name": "cleveland-1988", "number": 1, "use": "training"}]
        make_version(registry, parents=[parent(1)], datasets=used)
        with registry.work(Role.AUDITOR) as work:
            row = store.get(work.session, "heart-cad", 2)
            parents = [(p.number, rel) for p, rel in store.parents_of(work.session, row.id)]
            trained = [(d.name, use) for d, use in store.datasets_of(work.session, row.id)]
        assert parents == [(1, "retrained from")]
        assert trained == [("cleveland-1988", "training")]

    def test_pickle_is_recorded_as_what_it_is(self, registry: Registry) -> None:
        """It is kept, never opened, and shown as executable content."""
        made = make_version(registry, content=pickle.dumps({"w": 1}))
        assert made["artifacts"][0]["content"] == "executable content"

    def test_file_must_be_kept_first(self, registry: Registry) -> None:
        """The entry and the remedy are named, and no version is left behind."""
        missing = {"path": "m.json", "digest": "sha256:" + "0" * 64}
        with pytest.raises(BadInputError, match=r"artifacts\[1\]\.digest.*upload m\.json first"):
            make_version(registry, artifacts=[missing])
        with registry.work(Role.AUDITOR) as work:
            assert versions.listed(work, "heart-cad") == []

    def test_path_must_stay_inside(self, registry: Registry) -> None:
        """The rule of the domain is asked."""
        entry = {"path": "../m.json", "digest": make_artifact(registry)}
        with pytest.raises(BadInputError, match="leads out"):
            make_version(registry, artifacts=[entry])

    @pytest.mark.parametrize(
        ("part", "value", "field"),
        [
            ("parents", [parent(7)], r"parents\[1\]"),
            ("datasets", [{"name": "none", "number": 1, "use": "training"}], r"datasets\[1\]"),
        ],
    )
    def test_what_is_named_must_be_registered(
        self, registry: Registry, part: str, value: list[dict[str, Any]], field: str
    ) -> None:
        """An unknown parent or dataset is named by its entry."""
        with pytest.raises(BadInputError, match=field):
            make_version(registry, **dict[str, Any]({part: value}))

    def test_parent_twice_is_refused(self, registry: Registry) -> None:
        """One parent, one relation."""
        make_version(registry)
        with pytest.raises(BadInputError, match=r"parents\[2\].*twice"):
            make_version(registry, parents=[parent(1), parent(1)])

    def test_withdrawn_dataset_is_not_used_again(self, registry: Registry) -> None:
        """Its reason is said."""
        with registry.work(Role.DATA_STEWARD) as work:
            datasets.withdraw(work, "cleveland-1988", 1, why="consent withdrawn")
        used = [{"name": "cleveland-1988", "number": 1, "use": "training"}]
        with pytest.raises(RuleBrokenError, match="consent withdrawn"):
            make_version(registry, datasets=used)

    def test_unknown_model_is_named(self, registry: Registry) -> None:
        """A version belongs to a model."""
        with pytest.raises(NotFoundError, match="kidney"):
            make_version(registry, "kidney")


class TestSupersede:
    """Correcting."""

    def test_lineage_is_corrected_and_files_stay(self, registry: Registry) -> None:
        """The new record's parents count; the files are those of the version."""
        made = make_version(registry)
        make_version(registry)
        corrected = correct(registry, 2, parents=[parent(1)])
        assert corrected["parents"] == [parent(1)]
        assert corrected["record"] == 2
        assert corrected["artifacts"] == made["artifacts"]

    def test_circle_is_refused(self, registry: Registry) -> None:
        """Version 1 cannot come from version 2, which came from it."""
        make_version(registry)
        make_version(registry, parents=[parent(1)])
        with pytest.raises(CircleError, match="heart-cad/2 cannot be a parent of heart-cad/1"):
            correct(registry, 1, parents=[parent(2)])

    def test_corrected_lineage_no_longer_binds(self, registry: Registry) -> None:
        """Once version 2's parent is taken back, version 1 may come from it."""
        make_version(registry)
        make_version(registry, parents=[parent(1)])
        correct(registry, 2, parents=[])
        assert correct(registry, 1, parents=[parent(2)])["parents"] == [parent(2)]


class TestMove:
    """Stages."""

    def test_move_from_where_it_stands(self, registry: Registry) -> None:
        """The row shows the new stage in the same transaction."""
        make_version(registry)
        with registry.work(Role.ML_ENGINEER) as work:
            row = store.get(work.session, "heart-cad", 1)
            store.move(work.session, row.id, expected=Stage.REGISTERED, wanted=Stage.IN_REVIEW)
            assert row.stage is Stage.IN_REVIEW

    def test_move_from_elsewhere_is_refused(self, registry: Registry) -> None:
        """Who saw another stage looks again."""
        make_version(registry)
        with registry.work(Role.ML_ENGINEER) as work:
            row = store.get(work.session, "heart-cad", 1)
        move = {"expected": Stage.IN_REVIEW, "wanted": Stage.APPROVED}
        with (
            pytest.raises(ConflictError, match="no longer in review"),
            registry.work(Role.ML_ENGINEER) as work,
        ):
            store.move(work.session, row.id, **move)


class TestNamed:
    """References such as heart-cad/2."""

    def test_reference_finds_the_version(self, registry: Registry) -> None:
        """Name, slash, number."""
        make_version(registry)
        with registry.work(Role.AUDITOR) as work:
            row = store.named(work.session, "heart-cad/1")
            assert store.name_of(work.session, row) == "heart-cad/1"

    @pytest.mark.parametrize("text", ["heart-cad", "heart-cad/x", "/1"])
    def test_other_text_is_refused(self, registry: Registry, text: str) -> None:
        """The form is said."""
        with (
            pytest.raises(BadInputError, match="model/number"),
            registry.work(Role.AUDITOR) as work,
        ):
            store.named(work.session, text)


class TestArtifacts:
    """Files of versions."""

    def test_file_comes_back(self, registry: Registry) -> None:
        """The bytes are those that were kept."""
        digest = make_version(registry, content=b"abc")["artifacts"][0]["digest"]
        with registry.work(Role.AUDITOR) as work:
            assert b"".join(artifacts.read(work, digest)) == b"abc"

    def test_file_of_no_version_stays_inside(self, registry: Registry) -> None:
        """What belongs to no version (such as patients' keys) is not given out here."""
        digest = make_artifact(registry, b"loose")
        with pytest.raises(NotFoundError, match="No version"), registry.work(Role.AUDITOR) as work:
            artifacts.read(work, digest)

    def test_changed_bytes_are_noticed(self, registry: Registry) -> None:
        """A file that was changed on disk is not given out whole."""
        digest = make_version(registry, content=b"abc")["artifacts"][0]["digest"]
        (stored,) = (registry.workshop.artifacts._folder / "sha256").glob("*/*")  # noqa: SLF001 -- tampering
        stored.write_bytes(b"abd")
        with pytest.raises(IntegrityError), registry.work(Role.AUDITOR) as work:
            list(artifacts.read(work, digest))
