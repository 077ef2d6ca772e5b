"""Facts about founding a registry, enrolment, roles and passwords, on both databases."""

import pytest
from pydantic import SecretStr

from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
    RuleBrokenError,
)
from registry.domain.people import Role
from registry.domain.trail import Act
from registry.services import audit, people, sessions
from registry.services.work import Workshop
from registry.shapes.people import PersonIn, PersonRecordIn, RoleIn, RoleRevocationIn
from registry.shapes.sessions import TokenIn
from registry.store import people as store
from tests.factories.people import PASSWORD, Registry, login_of, make_person, make_registry
from tests.factories.records import make_sites


def person(login: str, **changes: str) -> PersonIn:
    """Return a person to enrol."""
    whole = {"login": login, "name": login.title(), "password": PASSWORD}
    return PersonIn.model_validate(whole | changes)


@pytest.fixture
def registry(workshop: Workshop) -> Registry:
    """Return a founded registry."""
    return make_registry(workshop)


def acts(registry: Registry) -> list[str]:
    """Return the acts on the trail in order."""
    with registry.work(Role.AUDITOR) as work:
        return [str(event["act"]) for event in audit.read(work, start=0, limit=1000)]


class TestFound:
    """Founding."""

    def test_first_entry_of_the_trail(self, workshop: Workshop) -> None:
        """The trail begins with the founding, and names the three."""
        with workshop.begin(None) as work:
            people.found(work, person("ad"), [person("en"), person("em")])
        with workshop.begin(None) as work:
            opened = sessions.sign_in(work, login="ad", password=PASSWORD).result()
        with workshop.begin(None) as work:
            actor = sessions.recognise(work, opened.secret)
        with workshop.begin(actor) as work:
            first = audit.read(work, start=0, limit=1)[0]
        assert first["act"] == Act.REGISTRY_FOUNDED
        assert first["after"] == {"administrator": "ad", "enrollers": ["en", "em"]}

    def test_three_have_their_roles(self, workshop: Workshop) -> None:
        """One administrates, two enrol."""
        with workshop.begin(None) as work:
            people.found(work, person("ad"), [person("en"), person("em")])
            held = {
                row.login: store.roles_of(work.session, row.id)
                for row in store.everyone(work.session)
            }
        assert held == {
            "ad": {Role.ADMINISTRATOR},
            "en": {Role.ENROLLER},
            "em": {Role.ENROLLER},
        }

    def test_a_registry_is_founded_once(self, registry: Registry) -> None:
        """A second founding is refused."""
        with (
            pytest.raises(ConflictError, match="founded already"),
            registry.workshop.begin(None) as work,
        ):
            people.found(work, person("ad"), [person("en"), person("em")])

    @pytest.mark.parametrize("enrollers", [["en"], ["en", "en"], ["ad", "en"]])
    def test_three_people_are_needed(self, workshop: Workshop, enrollers: list[str]) -> None:
        """Two enrollers, and nobody twice; nothing is left of the attempt."""
        with pytest.raises(BadInputError, match="enrollers"), workshop.begin(None) as work:
            people.found(work, person("ad"), [person(login) for login in enrollers])
        with workshop.begin(None) as work:
            assert store.is_empty(work.session)

    def test_short_password_is_refused(self, workshop: Workshop) -> None:
        """Twelve characters are the least."""
        short = person("ad", password="eleven char")
        with pytest.raises(BadInputError, match="at least 12"), workshop.begin(None) as work:
            people.found(work, short, [person("en"), person("em")])


class TestEnrol:
    """Enrolment."""

    def test_new_person_has_no_role(self, registry: Registry) -> None:
        """Roles are granted afterwards."""
        with registry.work(Role.ENROLLER) as work:
            row = people.enrol(work, person("new"))
            assert people.described(work, row)["roles"] == []

    def test_password_is_kept_as_argon2id_only(self, registry: Registry) -> None:
        """Neither the row nor the trail holds the password."""
        with registry.work(Role.ENROLLER) as work:
            row = people.enrol(work, person("new"))
        with registry.work(Role.AUDITOR) as work:
            trail = str(audit.read(work, start=0, limit=1000))
        assert row.password_hash.startswith("$argon2id$")
        assert PASSWORD not in trail
        assert row.password_hash not in trail

    def test_taken_login_is_refused(self, registry: Registry) -> None:
        """One login, one person."""
        with pytest.raises(ConflictError, match="taken"), registry.work(Role.ENROLLER) as work:
            people.enrol(work, person(login_of(Role.AUDITOR)))

    def test_clinical_lead_enrols_nobody(self, registry: Registry) -> None:
        """Enrolment is for enrollers and administrators."""
        with (
            pytest.raises(ForbiddenError, match="administrator, enroller"),
            registry.work(Role.CLINICAL_LEAD) as work,
        ):
            people.enrol(work, person("new"))


class TestGrant:
    """Roles."""

    def test_granted_role_may_act(self, registry: Registry) -> None:
        """A signing role, granted by another than who enrolled, is held at once."""
        with registry.work(Role.ENROLLER) as work:
            people.enrol(work, person("new", qualification="Consultant"))
        with registry.work(Role.ADMINISTRATOR) as work:
            row = people.grant(work, "new", RoleIn(role="clinical lead", why="appointed"))
            assert store.roles_of(work.session, row.id) == {Role.CLINICAL_LEAD}

    def test_nobody_grants_to_themselves(self, registry: Registry) -> None:
        """Not even an administrator."""
        with (
            pytest.raises(ForbiddenError, match="to themselves"),
            registry.work(Role.ADMINISTRATOR) as work,
        ):
            people.grant(work, "administrator", RoleIn(role="auditor", why="curious"))

    def test_who_chose_the_password_grants_no_signing_role(self, registry: Registry) -> None:
        """One enroller alone cannot make a signer whom they can impersonate."""
        with registry.work(Role.ENROLLER) as work:
            people.enrol(work, person("new", qualification="Consultant"))
        with (
            pytest.raises(ForbiddenError, match="another enroller"),
            registry.work(Role.ENROLLER) as work,
        ):
            people.grant(work, "new", RoleIn(role="clinical lead", why="appointed"))

    def test_signer_needs_a_qualification_on_record(self, registry: Registry) -> None:
        """What lacks is named, and once recorded the role is granted."""
        with registry.work(Role.ENROLLER) as work:
            people.enrol(work, person("new"))
        role = RoleIn(role="clinical lead", why="appointed")
        with (
            pytest.raises(BadInputError, match="qualification"),
            registry.work(Role.ADMINISTRATOR) as work,
        ):
            people.grant(work, "new", role)
        record = PersonRecordIn(name="New", qualification="Consultant", why="forgotten")
        with registry.work(Role.ENROLLER) as work:
            people.correct(work, "new", record)
        with registry.work(Role.ADMINISTRATOR) as work:
            row = people.grant(work, "new", role)
            assert store.roles_of(work.session, row.id) == {Role.CLINICAL_LEAD}

    def test_role_for_a_site_names_it(self, registry: Registry) -> None:
        """A site's safety officer is one hospital's."""
        make_sites(registry, ["Hungary"])
        login = make_person(registry, "new").login
        with registry.work(Role.ADMINISTRATOR) as work:
            role = RoleIn(role="site safety officer", why="appointed", site="Hungary")
            row = people.grant(work, login, role)
            assert people.described(work, row)["roles"][0]["site"] == "Hungary"

    def test_one_role_for_two_sites(self, registry: Registry) -> None:
        """Granted twice for two hospitals, recognised as two posts, and taken back for one."""
        make_sites(registry, ["Hungary", "Cleveland"])
        login = make_person(registry, "new").login
        for site in ("Hungary", "Cleveland"):
            with registry.work(Role.ADMINISTRATOR) as work:
                role = RoleIn(role="site safety officer", why="appointed", site=site)
                row = people.grant(work, login, role)
        with registry.work(Role.ENROLLER) as work:
            assert store.posts_of(work.session, row.id) == {
                (Role.SITE_SAFETY_OFFICER, "Hungary"),
                (Role.SITE_SAFETY_OFFICER, "Cleveland"),
            }
            gone = RoleRevocationIn(role="site safety officer", why="moved", site="Hungary")
            people.revoke(work, login, gone)
            assert store.posts_of(work.session, row.id) == {(Role.SITE_SAFETY_OFFICER, "Cleveland")}
        with pytest.raises(NotFoundError, match="for Hungary"), registry.work(Role.ENROLLER) as w:
            people.revoke(w, login, gone)

    def test_role_that_does_not_go_with_another(self, registry: Registry) -> None:
        """An administrator is given no role that signs; a role of a site needs the site."""
        login = make_person(registry, "new", Role.ADMINISTRATOR).login
        role = RoleIn(role="clinical lead", why="appointed")
        with (
            pytest.raises(RuleBrokenError, match="neither signs"),
            registry.work(Role.ENROLLER) as work,
        ):
            people.grant(work, login, role)
        role = RoleIn(role="site executive", why="appointed")
        with pytest.raises(BadInputError, match="name it"), registry.work(Role.ENROLLER) as work:
            people.grant(work, login, role)

    def test_same_role_twice_is_refused(self, registry: Registry) -> None:
        """A role is held once."""
        with (
            pytest.raises(ConflictError, match="already"),
            registry.work(Role.ADMINISTRATOR) as work,
        ):
            people.grant(work, "auditor", RoleIn(role="auditor", why="again"))

    def test_unknown_person_is_named(self, registry: Registry) -> None:
        """Nobody bears the login."""
        with (
            pytest.raises(NotFoundError, match="ghost"),
            registry.work(Role.ADMINISTRATOR) as work,
        ):
            people.grant(work, "ghost", RoleIn(role="auditor", why="x"))


class TestRevoke:
    """Roles taken back."""

    def test_role_ends_and_the_trail_says_why(self, registry: Registry) -> None:
        """The person is no longer an auditor; the grant stays on record."""
        with registry.work(Role.ADMINISTRATOR) as work:
            row = people.revoke(work, "auditor", RoleRevocationIn(role="auditor", why="left"))
            assert store.roles_of(work.session, row.id) == frozenset()
        with registry.work(Role.INFORMATION_GOVERNANCE) as work:
            last = audit.read(work, start=0, limit=1000)[-1]
        assert (last["act"], last["why"]) == (Act.PERSON_ROLE_REVOKED, "left")

    def test_role_may_be_granted_again(self, registry: Registry) -> None:
        """A new grant stands beside the revoked one."""
        with registry.work(Role.ADMINISTRATOR) as work:
            people.revoke(work, "auditor", RoleRevocationIn(role="auditor", why="left"))
        with registry.work(Role.ADMINISTRATOR) as work:
            row = people.grant(work, "auditor", RoleIn(role="auditor", why="came back"))
            assert store.roles_of(work.session, row.id) == {Role.AUDITOR}

    def test_role_that_is_not_held_is_refused(self, registry: Registry) -> None:
        """There is nothing to take."""
        with (
            pytest.raises(NotFoundError, match="is not auditor"),
            registry.work(Role.ADMINISTRATOR) as work,
        ):
            people.revoke(work, "clinical.lead", RoleRevocationIn(role="auditor", why="x"))

    def test_last_enroller_stays(self, registry: Registry) -> None:
        """A registry is never without somebody who enrols."""
        with (
            pytest.raises(ConflictError, match="last enroller"),
            registry.work(Role.ADMINISTRATOR) as work,
        ):
            people.revoke(work, "enroller", RoleRevocationIn(role="enroller", why="x"))


class TestCorrect:
    """People's records."""

    def test_old_record_stays(self, registry: Registry) -> None:
        """The newest counts and its number tells how many there were."""
        record = PersonRecordIn(
            name="Anna Kovács", qualification="Consultant", registration="GMC 1", why="married"
        )
        with registry.work(Role.ENROLLER) as work:
            row = people.correct(work, "clinical.lead", record)
            newest = store.record_of(work.session, row.id)
        assert (newest.number, newest.document["name"]) == (2, "Anna Kovács")

    def test_signer_keeps_a_qualification(self, registry: Registry) -> None:
        """A correction cannot take away what the role needs."""
        record = PersonRecordIn(name="X", why="tidy")
        with (
            pytest.raises(BadInputError, match="qualification"),
            registry.work(Role.ENROLLER) as work,
        ):
            people.correct(work, "clinical.lead", record)

    def test_nobody_corrects_themselves(self, registry: Registry) -> None:
        """What entitles one to sign is recorded by another."""
        record = PersonRecordIn(name="X", qualification="Professor", why="promotion")
        with (
            pytest.raises(ForbiddenError, match="own record"),
            registry.work(Role.ENROLLER) as work,
        ):
            people.correct(work, "enroller", record)


class TestSuspend:
    """Suspension."""

    def test_open_session_ends_at_once(self, registry: Registry) -> None:
        """Somebody suspended is known no longer, by session or by token."""
        with registry.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login="ml.engineer", password=PASSWORD).result()
        with registry.work(Role.ML_ENGINEER) as work:
            _, token = sessions.issue_token(work, TokenIn(name="x", scopes=["read"]))
        with registry.work(Role.ADMINISTRATOR) as work:
            people.suspend(work, "ml.engineer", why="left the hospital")
        for secret in (opened.secret, token):
            with pytest.raises(NotSignedInError), registry.workshop.begin(None) as work:
                sessions.recognise(work, secret)

    def test_suspended_person_is_refused_like_a_stranger(self, registry: Registry) -> None:
        """The answer does not tell that the person exists."""
        with registry.work(Role.ADMINISTRATOR) as work:
            people.suspend(work, "ml.engineer", why="left")
        with registry.workshop.begin(None) as work:
            outcome = sessions.sign_in(work, login="ml.engineer", password=PASSWORD)
        with pytest.raises(NotSignedInError, match="login or the password is wrong"):
            outcome.result()

    def test_suspended_person_holds_no_role_that_counts(self, registry: Registry) -> None:
        """Whoever asks how many hold a role does not count them."""
        with registry.work(Role.ADMINISTRATOR) as work:
            people.suspend(work, "clinical.lead", why="left")
            assert store.holders_of(work.session, Role.CLINICAL_LEAD) == frozenset()

    def test_nobody_suspends_themselves(self, registry: Registry) -> None:
        """An administrator cannot lock the last door from inside."""
        with (
            pytest.raises(ForbiddenError, match="themselves"),
            registry.work(Role.ADMINISTRATOR) as work,
        ):
            people.suspend(work, "administrator", why="x")


class TestChangePassword:
    """Passwords."""

    def test_new_password_counts_and_sessions_end(self, registry: Registry) -> None:
        """The old password and every session are worth nothing afterwards."""
        with registry.workshop.begin(None) as work:
            opened = sessions.sign_in(work, login="ml.engineer", password=PASSWORD).result()
        with registry.work(Role.ML_ENGINEER) as work:
            people.change_password(work, old=PASSWORD, new="another good sentence")
        with pytest.raises(NotSignedInError), registry.workshop.begin(None) as work:
            sessions.recognise(work, opened.secret)
        with registry.workshop.begin(None) as work:
            assert sessions.sign_in(work, login="ml.engineer", password=PASSWORD).opened is None
        with registry.workshop.begin(None) as work:
            new = "another good sentence"
            assert sessions.sign_in(work, login="ml.engineer", password=new).opened is not None

    def test_wrong_old_password_changes_nothing(self, registry: Registry) -> None:
        """An open session alone does not change a password."""
        with (
            pytest.raises(ForbiddenError, match="nothing was changed"),
            registry.work(Role.ML_ENGINEER) as work,
        ):
            people.change_password(work, old="wrong wrong wrong", new="another good sentence")


class TestListing:
    """People as colleagues see them."""

    def test_everyone_is_listed_by_login(self, registry: Registry) -> None:
        """One person in each role, in order, and no hash among what is shown."""
        with registry.work(Role.AUDITOR) as work:
            found = people.everyone(work)
        assert [shown["login"] for shown in found] == sorted(login_of(role) for role in Role)
        assert "argon2" not in str(found)

    def test_myself(self, registry: Registry) -> None:
        """Who asks is shown their own roles."""
        with registry.work(Role.AUDITOR) as work:
            assert people.myself(work)["roles"][0]["role"] == "auditor"


def test_every_service_asks_who_it_is(registry: Registry) -> None:
    """Without anybody signed in, nothing of this is done."""
    asked = PersonIn(login="new", name="New", password=SecretStr(PASSWORD))
    with pytest.raises(NotSignedInError), registry.workshop.begin(None) as work:
        people.enrol(work, asked)
    assert acts(registry).count(Act.PERSON_ENROLLED) == 0


def test_site_must_exist_for_a_role(registry: Registry) -> None:
    """A role at an unknown site is refused and the sites there are, are named."""
    make_sites(registry, ["Hungary"])
    login = make_person(registry, "new").login
    role = RoleIn(role="site executive", why="appointed", site="Vienna")
    with (
        pytest.raises(NotFoundError, match="registered are: Hungary"),
        registry.work(Role.ADMINISTRATOR) as work,
    ):
        people.grant(work, login, role)
