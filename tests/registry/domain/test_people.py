"""Facts about roles, permissions and who may do what."""

from uuid import UUID

import pytest

from registry.domain.errors import ForbiddenError, NotSignedInError
from registry.domain.people import (
    PERMISSIONS,
    SCOPES,
    SIGNING,
    SYSTEM,
    Action,
    Actor,
    Role,
    lacking_for,
    may,
    require,
)

ME = UUID(int=1)


def somebody(*roles: Role, scopes: frozenset[str] | None = None) -> Actor:
    """Return a signed-in person, or their token where scopes are given."""
    return Actor(
        id=ME,
        login="somebody",
        name="Some Body",
        roles=frozenset(roles),
        via="session" if scopes is None else "token",
        scopes=scopes or frozenset(),
    )


class TestPermissions:
    """Laws read off the whole table."""

    def test_every_role_is_in_the_table(self) -> None:
        """No role was forgotten."""
        assert set(PERMISSIONS) == set(Role)

    def test_administrator_neither_signs_nor_approves(self) -> None:
        """Who looks after the machine decides nothing about models."""
        assert not PERMISSIONS[Role.ADMINISTRATOR] & SIGNING

    def test_enroller_neither_signs_nor_registers(self) -> None:
        """Who grants roles does nothing else."""
        assert PERMISSIONS[Role.ENROLLER] == {
            Action.RECORD_READ,
            Action.PERSON_ENROL,
            Action.ROLE_GRANT,
        }

    def test_auditor_only_reads(self) -> None:
        """An auditor changes nothing."""
        assert PERMISSIONS[Role.AUDITOR] == {Action.RECORD_READ, Action.TRAIL_READ}

    def test_author_roles_do_not_decide(self) -> None:
        """Who makes models does not decide about them."""
        for role in (Role.MODEL_OWNER, Role.ML_ENGINEER):
            assert Action.REVIEW_DECIDE not in PERMISSIONS[role]

    def test_every_action_is_somebodys(self) -> None:
        """Nothing can be asked that nobody may do."""
        assert frozenset(Action) == frozenset().union(*PERMISSIONS.values())

    def test_no_scope_reaches_a_signature_or_a_role(self) -> None:
        """Scopes hold no signing, no enrolment, no token and no policy."""
        reached = frozenset().union(*SCOPES.values())
        forbidden = SIGNING | {
            Action.PERSON_ENROL,
            Action.ROLE_GRANT,
            Action.TOKEN_ISSUE,
            Action.POLICY_REGISTER,
        }
        assert not reached & forbidden

    def test_system_signs_nothing(self) -> None:
        """No job signs for a person."""
        assert not SYSTEM & SIGNING


class TestMay:
    """May."""

    def test_nobody_may_nothing(self) -> None:
        """Without an actor every action is refused."""
        assert not any(may(None, action) for action in Action)

    def test_no_role_may_nothing(self) -> None:
        """An enrolled person without a role may not even read."""
        assert not any(may(somebody(), action) for action in Action)

    @pytest.mark.parametrize("action", list(Action))
    @pytest.mark.parametrize("role", list(Role))
    def test_table_is_the_law(self, role: Role, action: Action) -> None:
        """A person with one role may do exactly what the table says."""
        assert may(somebody(role), action) is (action in PERMISSIONS[role])

    @pytest.mark.parametrize("action", sorted(SIGNING))
    def test_token_with_every_scope_and_role_cannot_sign(self, action: Action) -> None:
        """A token never signs, whoever holds it."""
        assert not may(somebody(*Role, scopes=frozenset(SCOPES)), action)

    def test_token_needs_the_scope(self) -> None:
        """A reading token does not write, though its person may."""
        token = somebody(Role.ML_ENGINEER, scopes=frozenset({"read"}))
        assert may(token, Action.RECORD_READ)
        assert not may(token, Action.MODEL_REGISTER)

    def test_token_needs_the_role(self) -> None:
        """A scope lends nothing that its person may not do."""
        token = somebody(Role.AUDITOR, scopes=frozenset({"records"}))
        assert not may(token, Action.MODEL_REGISTER)

    def test_unknown_scope_lends_nothing(self) -> None:
        """A scope that is no longer in the table is nothing."""
        token = somebody(Role.ML_ENGINEER, scopes=frozenset({"everything"}))
        assert not any(may(token, action) for action in Action)

    def test_system_attaches_evidence(self) -> None:
        """A worker finishes what a person asked for."""
        worker = Actor(id=ME, login="system", name="System", roles=frozenset(), via="system")
        assert {action for action in Action if may(worker, action)} == SYSTEM


class TestRequire:
    """Require."""

    def test_allowed_actor_is_returned(self) -> None:
        """Who may is given back, so that the caller need not ask again."""
        actor = somebody(Role.AUDITOR)
        assert require(actor, Action.TRAIL_READ) is actor

    def test_nobody_is_asked_to_sign_in(self) -> None:
        """Without an actor the answer is to sign in."""
        with pytest.raises(NotSignedInError, match="cmr login"):
            require(None, Action.RECORD_READ)

    def test_refusal_names_who_may(self) -> None:
        """The sentence says for whom the action is."""
        with pytest.raises(ForbiddenError, match="it is for: clinical lead, site executive"):
            require(somebody(Role.ML_ENGINEER), Action.REVIEW_DECIDE)

    def test_token_is_told_that_it_never_signs(self) -> None:
        """The sentence says why, not merely no."""
        token = somebody(Role.CLINICAL_LEAD, scopes=frozenset(SCOPES))
        with pytest.raises(ForbiddenError, match="token can never sign"):
            require(token, Action.REVIEW_DECIDE)

    def test_token_is_told_of_its_scopes(self) -> None:
        """A token whose scopes are too narrow is told so."""
        token = somebody(Role.ML_ENGINEER, scopes=frozenset({"read"}))
        with pytest.raises(ForbiddenError, match="scopes do not reach"):
            require(token, Action.MODEL_REGISTER)


class TestLackingFor:
    """What a record must hold before a role is granted."""

    def test_signing_role_needs_a_qualification(self) -> None:
        """Who signs is qualified on record."""
        record = {"registration": "GMC 1", "qualification": None}
        assert lacking_for(Role.CLINICAL_LEAD, record) == "qualification"

    def test_safety_officer_needs_a_registration_too(self) -> None:
        """A clinical safety officer is in a professional register."""
        record = {"registration": "", "qualification": "Consultant"}
        assert lacking_for(Role.CLINICAL_SAFETY_OFFICER, record) == "registration"

    def test_role_that_does_not_sign_needs_nothing(self) -> None:
        """An ML engineer needs no register."""
        assert lacking_for(Role.ML_ENGINEER, {}) is None

    def test_complete_record_lacks_nothing(self) -> None:
        """Both recorded, nothing lacks."""
        record = {"registration": "GMC 1", "qualification": "Consultant"}
        assert lacking_for(Role.CLINICAL_SAFETY_OFFICER, record) is None
