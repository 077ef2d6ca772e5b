"""Facts about registering and correcting models, on both databases."""

from typing import Any

import pytest
from pydantic import ValidationError

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, NotFoundError
from registry.domain.people import Action, Role
from registry.domain.trail import Act
from registry.services import audit, models
from registry.services.work import Work, Workshop
from registry.shapes.models import ModelRecordIn
from registry.store import models as store
from registry.store.models import ModelRow
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_model, make_version, model_in


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a founded registry."""
    return make_registry(workshop)


def correction(**changes: Any) -> ModelRecordIn:  # noqa: ANN401 -- any field may be changed
    """Return the model's record with changes, and why."""
    whole = model_in().model_dump(exclude={"name"})
    return ModelRecordIn.model_validate(whole | {"why": "it was wrong"} | changes)


class TestRegister:
    """Registering."""

    def test_model_is_shown_as_it_was_given(self, registry: Registry) -> None:
        """Nothing is lost on the way in."""
        made = make_model(registry)
        given = model_in().model_dump(mode="json")
        assert {key: made[key] for key in given} == given
        assert (made["record"], made["versions"]) == (1, 0)

    def test_taken_name_is_refused(self, registry: Registry) -> None:
        """A name means one model for ever."""
        make_model(registry)
        with pytest.raises(ConflictError, match="supersede"):
            make_model(registry)

    def test_unsound_name_is_refused(self, registry: Registry) -> None:
        """Names are lower-case."""
        with pytest.raises(BadInputError, match="name"):
            make_model(registry, name="Heart CAD")

    def test_clearance_without_number_is_refused(self, registry: Registry) -> None:
        """The rule of the domain is asked before anything is store."""
        with pytest.raises(BadInputError, match="reference"):
            make_model(registry, regulatory=[{"jurisdiction": "US", "status": "cleared"}])
        with registry.work(Role.AUDITOR) as work:
            assert models.listed(work) == []

    def test_auditor_registers_nothing(self, registry: Registry) -> None:
        """Registering is for owners and engineers."""
        with pytest.raises(ForbiddenError), registry.work(Role.AUDITOR) as work:
            models.register(work, model_in())

    def test_contact_is_neither_on_the_trail_nor_in_the_dossier(self, registry: Registry) -> None:
        """Contact details can be forgotten, and a change of them voids no signature."""
        make_model(registry)
        with registry.work(Role.AUDITOR) as work:
            trail = str(audit.read(work, start=0, limit=1000))
            dossier = store.in_dossier(work.session, store.get(work.session, "heart-cad"))
        assert "cardiology-ai@example.org" not in trail + str(dossier)
        assert dossier["risk_tier"] == "fast track"

    def test_second_of_two_at_once_is_told_to_look_again(self, registry: Registry) -> None:
        """The database itself keeps a name unique, and its refusal is a conflict, not a crash."""
        with (
            pytest.raises(ConflictError, match="at the same moment"),
            registry.work(Role.MODEL_OWNER) as work,
        ):
            work.session.add_all([self.bare(work) for _ in range(2)])

    def bare(self, work: Work) -> ModelRow:
        """Return a row that no service has looked at."""
        by = work.require(Action.MODEL_REGISTER)
        return ModelRow(
            id=work.new_id(), name="twin", registered_by=by.id, registered_at=work.now()
        )


class TestSupersede:
    """Correcting."""

    def test_newest_record_counts_and_the_old_one_stays(self, registry: Registry) -> None:
        """Both can be read, each with its reason."""
        make_model(registry)
        with registry.work(Role.MODEL_OWNER) as work:
            made = models.supersede(work, "heart-cad", correction(title="Coronary disease"))
            history = models.history(work, "heart-cad")
        assert (made["title"], made["record"]) == ("Coronary disease", 2)
        assert [(old["record"], old["why"]) for old in history] == [
            (1, "registration"),
            (2, "it was wrong"),
        ]
        assert history[0]["title"] == model_in().title

    def test_trail_says_before_and_after(self, registry: Registry) -> None:
        """An auditor sees what changed and why."""
        make_model(registry)
        with registry.work(Role.MODEL_OWNER) as work:
            models.supersede(work, "heart-cad", correction(title="Coronary disease"))
        with registry.work(Role.AUDITOR) as work:
            last = audit.read(work, start=0, limit=1000)[-1]
        assert (last["act"], last["why"]) == (Act.MODEL_SUPERSEDED, "it was wrong")
        assert last["before"]["title"] == model_in().title
        assert last["after"]["title"] == "Coronary disease"

    def test_same_again_is_refused(self, registry: Registry) -> None:
        """A correction that corrects nothing is a mistake."""
        make_model(registry)
        with (
            pytest.raises(ConflictError, match="exactly this"),
            registry.work(Role.MODEL_OWNER) as work,
        ):
            models.supersede(work, "heart-cad", correction())

    def test_blank_reason_is_refused(self, registry: Registry) -> None:
        """Why is asked in earnest."""
        make_model(registry)
        blank = correction(title="Coronary disease").model_copy(update={"why": "  "})
        with pytest.raises(BadInputError, match="why"), registry.work(Role.MODEL_OWNER) as work:
            models.supersede(work, "heart-cad", blank)

    def test_unknown_model_is_named(self, registry: Registry) -> None:
        """There is nothing to correct."""
        with (
            pytest.raises(NotFoundError, match="heart-cad"),
            registry.work(Role.MODEL_OWNER) as work,
        ):
            models.supersede(work, "heart-cad", correction())


class TestDisclosure:
    """What outside formats ask beyond the record."""

    def test_only_what_is_said_stands_in_the_dossier(self, registry: Registry) -> None:
        """A model without a disclosure is frozen as ever; one with it, with no empty part."""
        make_model(registry)
        with registry.work(Role.MODEL_OWNER) as work:
            row = store.get(work.session, "heart-cad")
            assert "disclosure" not in store.in_dossier(work.session, row)
            said = {"developer": "Heart group", "demographic_inputs": []}
            shown = models.supersede(work, "heart-cad", correction(disclosure=said))
            assert store.in_dossier(work.session, row)["disclosure"] == said
            assert shown["disclosure"] == said

    def test_saying_nothing_is_refused(self) -> None:
        """An empty disclosure would read as if somebody had looked."""
        with pytest.raises(ValidationError, match="say something"):
            correction(disclosure={})


class TestListed:
    """Reading."""

    def test_models_by_name_with_their_versions(self, registry: Registry) -> None:
        """Every model stands once."""
        make_model(registry, name="lung")
        make_model(registry)
        make_version(registry)
        with registry.work(Role.AUDITOR) as work:
            found = [(model["name"], model["versions"]) for model in models.listed(work)]
        assert found == [("heart-cad", 1), ("lung", 0)]
