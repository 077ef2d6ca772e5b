"""Facts about statements on the thirteen considerations, on both databases."""

from typing import Any
from uuid import UUID

import pytest

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Role
from registry.services import policies, statements
from registry.services.work import Workshop
from registry.shapes.statements import StatementIn
from registry.store import statements as store
from registry.store import versions
from tests.conftest import FrozenClock
from tests.factories.people import Registry, make_registry
from tests.factories.records import make_model, make_statements, make_version
from tests.registry.domain.test_policies import TEXT


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a registry with heart-cad/1."""
    made = make_registry(workshop)
    make_model(made)
    make_version(made)
    return made


def make(registry: Registry, **statement: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field
    """Make a statement about heart-cad/1 as the ML engineer."""
    with registry.work(Role.ML_ENGINEER) as work:
        return statements.make(work, "heart-cad", 1, StatementIn.model_validate(statement))


def listed(registry: Registry, number: int = 1) -> list[dict[str, Any]]:
    """Return the thirteen of a version."""
    with registry.work(Role.AUDITOR) as work:
        return statements.listed(work, "heart-cad", number)


class TestListed:
    """The thirteen."""

    def test_unanswered_ones_are_missing(self, registry: Registry) -> None:
        """A new version shows all thirteen, loudly missing."""
        found = listed(registry)
        assert [made["consideration"] for made in found] == list(range(1, 14))
        assert {made["kind"] for made in found} == {"missing"}


class TestMake:
    """Making a statement."""

    def test_newest_statement_counts_and_the_old_one_stays(self, registry: Registry) -> None:
        """What was said before is kept."""
        make(registry, consideration=9, text="Weekly")
        make(registry, consideration=9, kind="not available", reason="No monitoring yet")
        assert listed(registry)[8]["kind"] == "not available"
        assert listed(registry)[8]["reason"] == "No monitoring yet"
        with registry.work(Role.AUDITOR) as work:
            row = versions.get(work.session, "heart-cad", 1)
            assert [made.text for made in store.history(work.session, row.id)] == ["Weekly", None]

    def test_author_and_time_are_shown(self, registry: Registry) -> None:
        """A statement is somebody's."""
        made = make(registry, consideration=1, text="304 patients")
        assert made["author"]["name"] == "Ml Engineer"
        assert made["at"] == "2026-11-23T09:30:00.000000Z"

    def test_stale_as_the_policy_has_it(self, registry: Registry, clock: FrozenClock) -> None:
        """Not before the policy sets how long one is relied on, nor before that is over."""
        make(registry, consideration=1, text="304 patients")
        clock.advance(days=40)
        assert [made["stale"] for made in listed(registry)] == [None] * 13
        asks = 'statements_months = 1\ndecision_maker = "clinical lead"'
        with registry.work(Role.ADMINISTRATOR) as work:
            policies.register(
                work,
                TEXT.replace("version = 1", "version = 2", 1).replace(
                    'decision_maker = "clinical lead"', asks
                ),
            )
        stale = [made["stale"] for made in listed(registry)]
        assert "It was made on 2026-11-23 and is stale" in stale[0]
        assert stale[1:] == [None] * 12
        assert make(registry, consideration=1, text="304 patients")["stale"] is None

    def test_nothing_said_is_refused(self, registry: Registry) -> None:
        """“not available” needs its reason."""
        with pytest.raises(BadInputError, match="reason"):
            make(registry, consideration=1, kind="not available")

    @pytest.mark.parametrize("link", ["x", str(UUID(int=7))])
    def test_unknown_evidence_is_refused(self, registry: Registry, link: str) -> None:
        """A link leads to evidence on this very version."""
        with pytest.raises(BadInputError, match=r"evidence\[1\].*heart-cad/1"):
            make(registry, consideration=1, text="x", evidence=[link])

    def test_auditor_states_nothing(self, registry: Registry) -> None:
        """An auditor only reads."""
        with pytest.raises(ForbiddenError), registry.work(Role.AUDITOR) as work:
            statements.make(work, "heart-cad", 1, StatementIn(consideration=1, text="x"))


class TestConfirm:
    """Statements carried over."""

    def carry(self, registry: Registry) -> None:
        """Register version 2 from version 1, statements and all."""
        make_statements(registry)
        parent = {"model": "heart-cad", "number": 1, "relation": "retrained from"}
        make_version(registry, parents=[parent], carry_statements=True)

    def test_carried_statement_says_where_from(self, registry: Registry) -> None:
        """All thirteen are marked as carried from version 1."""
        self.carry(registry)
        assert {made["carried_from"] for made in listed(registry, 2)} == {1}

    def test_confirmed_statement_is_the_confirmers(self, registry: Registry) -> None:
        """The mark goes, the author is who confirmed, the others stay carried."""
        self.carry(registry)
        with registry.work(Role.MODEL_OWNER) as work:
            made = statements.confirm(work, "heart-cad", 2, 4)
        assert made["carried_from"] is None
        assert made["author"]["name"] == "Model Owner"
        assert made["text"] == listed(registry)[3]["text"]
        assert sum(other["carried_from"] is not None for other in listed(registry, 2)) == 12

    def test_what_was_not_carried_is_not_confirmed(self, registry: Registry) -> None:
        """Neither a missing statement nor one's own."""
        make(registry, consideration=1, text="x")
        for about in (1, 2):
            with pytest.raises(ConflictError), registry.work(Role.ML_ENGINEER) as work:
                statements.confirm(work, "heart-cad", 1, about)

    def test_nothing_is_carried_without_a_parent(self, registry: Registry) -> None:
        """There is nothing to carry from."""
        with pytest.raises(BadInputError, match="no parent"):
            make_version(registry, carry_statements=True)

    def test_nothing_is_carried_from_another_model(self, registry: Registry) -> None:
        """What was said of another model is not said of this one."""
        make_model(registry, name="lung")
        parent = {"model": "heart-cad", "number": 1, "relation": "fine-tuned from"}
        with pytest.raises(BadInputError, match="within one model"):
            make_version(registry, "lung", parents=[parent], carry_statements=True)
