"""Facts about roles, permissions, sites and who may do what."""

from dataclasses import replace
from uuid import UUID

import pytest

from registry.domain.errors import (
    BadInputError,
    ForbiddenError,
    NotSignedInError,
    RuleBrokenError,
)
from registry.domain.people import (
    EMERGENCY,
    PERMISSIONS,
    SCOPES,
    SIGNING,
    SIGNING_ROLES,
    SITE_ROLES,
    SYSTEM,
    Action,
    Actor,
    Role,
    check_site,
    check_together,
    lacking_for,
    may,
    require,
    require_signer,
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
            Action.TRAINING_RECORD,
            Action.PASSKEY_CONFIRM,
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
        assert frozenset(Action) == EMERGENCY.union(*PERMISSIONS.values())

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
        with pytest.raises(ForbiddenError, match="it is for: clinical lead, top management"):
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


class TestLaws:
    """Laws above the table."""

    @pytest.mark.parametrize("action", sorted(SIGNING))
    @pytest.mark.parametrize("barred", [Role.ADMINISTRATOR, Role.AUDITOR])
    def test_administrator_and_auditor_never_sign(self, barred: Role, action: Action) -> None:
        """Whatever else the person holds, they neither sign nor approve, and are told why."""
        assert not may(somebody(*Role), action)
        assert not may(somebody(barred, Role.CLINICAL_LEAD, Role.SITE_EXECUTIVE), action)
        with pytest.raises(ForbiddenError, match=f"is {barred} and can neither sign nor approve"):
            require(somebody(barred, Role.CLINICAL_LEAD), action)

    def test_auditor_changes_nothing_whatever_else_they_hold(self) -> None:
        """An auditor with every role still only reads."""
        everything = somebody(*Role)
        assert {a for a in Action if may(everything, a)} == PERMISSIONS[Role.AUDITOR]

    @pytest.mark.parametrize("barred", [Role.ADMINISTRATOR, Role.AUDITOR])
    def test_no_signature_of_any_kind(self, barred: Role) -> None:
        """The countersigning itself refuses them, whatever is signed."""
        with pytest.raises(ForbiddenError, match=f"is {barred}"):
            require_signer(somebody(barred, Role.CLINICAL_LEAD), Role.CLINICAL_LEAD)

    def test_token_and_system_have_no_signature(self) -> None:
        """A signature is a person's, signed in."""
        token = somebody(Role.CLINICAL_LEAD, scopes=frozenset(SCOPES))
        with pytest.raises(ForbiddenError, match="token can never sign"):
            require_signer(token, Role.CLINICAL_LEAD)

    def test_signature_needs_the_role(self) -> None:
        """Nobody signs as what they are not; without a role the person alone is asked."""
        lead = somebody(Role.CLINICAL_LEAD)
        with pytest.raises(ForbiddenError, match="does not hold the role model owner"):
            require_signer(lead, Role.MODEL_OWNER)
        require_signer(lead, Role.CLINICAL_LEAD)
        require_signer(lead, None)


def posted(*posts: tuple[Role, str], also: frozenset[Role] = frozenset()) -> Actor:
    """Return a person who holds roles for sites."""
    roles = frozenset(role for role, _ in posts) | also
    return Actor(id=ME, login="s", name="Sam", roles=roles, via="session", posts=frozenset(posts))


class TestEmergency:
    """By breaking the glass."""

    def test_reads_and_stops_and_nothing_else(self) -> None:
        """Whatever roles its person holds, and in every state."""
        broken = replace(somebody(*(set(Role) - {Role.AUDITOR})), emergency=UUID(int=9))
        assert {a for a in Action if may(broken, a)} == EMERGENCY
        never = SIGNING | {Action.PERSON_ENROL, Action.ROLE_GRANT, Action.PASSKEY_CONFIRM}
        assert not EMERGENCY & never
        with pytest.raises(ForbiddenError, match="cmr emergency end"):
            require(broken, Action.REVIEW_SIGN)
        with pytest.raises(ForbiddenError, match="neither sign nor approve"):
            require_signer(broken, Role.CLINICAL_LEAD)

    def test_without_it_nobody_stops_so(self) -> None:
        """No role lends it; the sentence names how it is had."""
        with pytest.raises(ForbiddenError, match="who broke the glass"):
            require(somebody(Role.CLINICAL_SAFETY_OFFICER), Action.EMERGENCY_STOP)


class TestSites:
    """A role held for a site counts there alone."""

    def test_own_site_only(self) -> None:
        """A site's executive decides for their hospital, for no other, and not for both."""
        executive = posted((Role.SITE_EXECUTIVE, "Hungary"))
        assert may(executive, Action.REVIEW_DECIDE, sites=["Hungary"])
        assert not may(executive, Action.REVIEW_DECIDE, sites=["Cleveland"])
        assert not may(executive, Action.REVIEW_DECIDE, sites=["Hungary", "Cleveland"])

    def test_refusal_names_both_places(self) -> None:
        """The sentence says whose site it is and what is concerned."""
        with pytest.raises(ForbiddenError, match=r"of Hungary\); this concerns Cleveland"):
            require(
                posted((Role.SITE_EXECUTIVE, "Hungary")),
                Action.REVIEW_DECIDE,
                sites=["Cleveland"],
            )

    def test_role_of_a_site_without_one_acts_nowhere(self) -> None:
        """Default deny: a site's safety officer of no site signs for none."""
        assert not may(somebody(Role.SITE_SAFETY_OFFICER), Action.REVIEW_SIGN, sites=["Hungary"])

    def test_two_posts(self) -> None:
        """One person may look after two hospitals."""
        officer = posted(
            (Role.SITE_SAFETY_OFFICER, "Hungary"), (Role.SITE_SAFETY_OFFICER, "Cleveland")
        )
        assert may(officer, Action.REVIEW_SIGN, sites=["Hungary", "Cleveland"])

    def test_any_role_may_be_held_for_a_site(self) -> None:
        """A clinical lead appointed for one hospital leads there alone; others lead everywhere."""
        lead = posted((Role.CLINICAL_LEAD, "Hungary"))
        assert not may(lead, Action.REVIEW_DECIDE, sites=["Cleveland"])
        assert may(somebody(Role.CLINICAL_LEAD), Action.REVIEW_DECIDE, sites=["Cleveland"])

    def test_the_role_asked_for_counts(self) -> None:
        """Another role of the same person does not lend its reach."""
        both = posted((Role.SITE_EXECUTIVE, "Hungary"), also=frozenset({Role.CLINICAL_LEAD}))
        asked = {"sites": ["Cleveland"], "role": Role.SITE_EXECUTIVE}
        assert may(both, Action.REVIEW_DECIDE, sites=["Cleveland"])
        assert not may(both, Action.REVIEW_DECIDE, **asked)  # type: ignore[arg-type]


class TestLackingFor:
    """What a record must hold before a role is granted."""

    def test_signing_role_needs_a_qualification(self) -> None:
        """Who signs is qualified on record."""
        record = {"registration": "GMC 1", "qualification": None}
        assert lacking_for(Role.CLINICAL_LEAD, record) == "qualification"

    @pytest.mark.parametrize("role", [Role.CLINICAL_SAFETY_OFFICER, Role.SITE_SAFETY_OFFICER])
    def test_safety_officer_needs_a_registration_too(self, role: Role) -> None:
        """A safety officer, of the maker or of a site, is in a professional register."""
        record = {"registration": "", "qualification": "Consultant"}
        assert lacking_for(role, record) == "registration"

    def test_role_that_does_not_sign_needs_nothing(self) -> None:
        """An ML engineer needs no register."""
        assert lacking_for(Role.ML_ENGINEER, {}) is None

    def test_complete_record_lacks_nothing(self) -> None:
        """Both recorded, nothing lacks."""
        record = {"registration": "GMC 1", "qualification": "Consultant"}
        assert lacking_for(Role.CLINICAL_SAFETY_OFFICER, record) is None


class TestTogether:
    """Roles that do not go together."""

    @pytest.mark.parametrize("other", [r for r in Role if r is not Role.AUDITOR])
    def test_auditor_is_nothing_else(self, other: Role) -> None:
        """In either order it is refused."""
        with pytest.raises(RuleBrokenError, match="an auditor is nothing else"):
            check_together({other}, Role.AUDITOR)
        with pytest.raises(RuleBrokenError, match="an auditor is nothing else"):
            check_together({Role.AUDITOR}, other)

    @pytest.mark.parametrize("role", sorted(SIGNING_ROLES))
    def test_administrator_holds_no_role_that_signs(self, role: Role) -> None:
        """In either order it is refused."""
        with pytest.raises(RuleBrokenError, match="administrator neither signs"):
            check_together({role}, Role.ADMINISTRATOR)
        with pytest.raises(RuleBrokenError, match="administrator neither signs"):
            check_together({Role.ADMINISTRATOR}, role)

    def test_others_go_together(self) -> None:
        """In a small hospital the clinical lead is the safety officer, too."""
        check_together({Role.CLINICAL_LEAD}, Role.CLINICAL_SAFETY_OFFICER)
        check_together({Role.SITE_EXECUTIVE}, Role.SITE_EXECUTIVE)

    @pytest.mark.parametrize("role", sorted(SITE_ROLES))
    def test_role_of_a_site_needs_one(self, role: Role) -> None:
        """It cannot be held for everywhere."""
        with pytest.raises(BadInputError, match="name it") as caught:
            check_site(role, None)
        assert caught.value.field == "site"
        check_site(role, "Hungary")
        check_site(Role.CLINICAL_LEAD, None)
