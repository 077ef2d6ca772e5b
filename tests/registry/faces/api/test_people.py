"""Facts about signing in, enrolment, roles and tokens over the API."""

from registry.domain.people import Role
from tests.conftest import FrozenClock
from tests.factories.callers import Api, problem
from tests.factories.people import PASSWORD
from tests.factories.records import (
    model_in,
)


class TestSessions:
    """Signing in and out."""

    def test_session_speaks_for_its_person(self, api: Api) -> None:
        """Who signed in is who is asking."""
        header = api.signed_in(Role.AUDITOR)
        assert api.client.get("people/me", headers=header).json()["login"] == "auditor"

    def test_signed_out_is_nobody(self, api: Api) -> None:
        """The session is worth nothing afterwards."""
        header = api.signed_in(Role.AUDITOR)
        assert api.client.delete("sessions/current", headers=header).status_code == 204
        answer = api.client.get("people/me", headers=header)
        assert problem(answer) == (401, "not-signed-in", None)

    def test_wrong_password_is_refused_and_counted(self, api: Api, clock: FrozenClock) -> None:
        """The refusal is recorded though the request fails: the sixth is not even looked at."""
        wrong = {"login": "auditor", "password": "wrong wrong wrong"}
        answers = [api.client.post("sessions", json=wrong) for _ in range(6)]
        assert [problem(answer)[0] for answer in answers] == [401] * 5 + [503]
        clock.advance(minutes=16)
        assert api.signed_in(Role.AUDITOR)

    def test_nobody_reads_nothing(self, api: Api) -> None:
        """Without a session every list is closed."""
        for path in ("people", "models", "sites", "datasets", "tokens"):
            assert problem(api.client.get(path)) == (401, "not-signed-in", None)

    def test_changed_password_ends_the_session(self, api: Api) -> None:
        """One signs in anew, with the new one."""
        header = api.signed_in(Role.AUDITOR)
        body = {"old": PASSWORD, "new": "another good sentence"}
        assert api.client.post("people/me/password", json=body, headers=header).is_success
        assert problem(api.client.get("people/me", headers=header))[0] == 401
        assert api.signed_in(Role.AUDITOR, password="another good sentence")


class TestPeople:
    """Enrolment and roles."""

    def test_enrol_grant_revoke_suspend(self, api: Api) -> None:
        """A person's way through the registry, and no password in any answer."""
        enroller, other = api.signed_in(Role.ENROLLER), api.signed_in(Role.ADMINISTRATOR)
        body = {"login": "a.kovacs", "name": "Anna Kovács", "password": PASSWORD}
        made = api.client.post("people", json=body, headers=enroller)
        assert made.status_code == 201
        correction = {"name": "Anna Kovács", "qualification": "Consultant", "why": "forgotten"}
        path = "people/a.kovacs"
        assert api.client.post(f"{path}/records", json=correction, headers=enroller).is_success
        role = {"role": "clinical lead", "why": "appointed"}
        granted = api.client.post(f"{path}/roles", json=role, headers=other)
        assert [held["role"] for held in granted.json()["roles"]] == ["clinical lead"]
        revoked = api.client.post(f"{path}/roles/revocation", json=role, headers=other)
        assert revoked.json()["roles"] == []
        gone = api.client.post(f"{path}/suspension", json={"why": "left"}, headers=other)
        assert gone.json()["suspended_at"] is not None
        assert PASSWORD not in made.text + granted.text + gone.text

    def test_a_seat_left_empty_is_in_the_answer(self, api: Api) -> None:
        """Taking the only clinical lead's role back names the sign-offs that nobody could give."""
        header = api.signed_in(Role.ADMINISTRATOR)
        role = {"role": "clinical lead", "why": "left"}
        answer = api.client.post(
            "people/clinical.lead/roles/revocation", json=role, headers=header
        ).json()
        assert [(seat["role"], seat["held"]) for seat in answer["empty_seats"]] == [
            ("clinical lead", 0)
        ] * 2
        role = {"role": "model owner", "why": "left"}
        answer = api.client.post(
            "people/model.owner/roles/revocation", json=role, headers=header
        ).json()
        assert answer["empty_seats"] == []

    def test_own_role_is_refused(self, api: Api) -> None:
        """Nobody grants a role to themselves."""
        header = api.signed_in(Role.ADMINISTRATOR)
        role = {"role": "auditor", "why": "curious"}
        answer = api.client.post("people/administrator/roles", json=role, headers=header)
        assert problem(answer) == (403, "forbidden", None)

    def test_unknown_role_is_malformed(self, api: Api) -> None:
        """The field is named."""
        header = api.signed_in(Role.ADMINISTRATOR)
        role = {"role": "king", "why": "born"}
        answer = api.client.post("people/auditor/roles", json=role, headers=header)
        assert problem(answer) == (422, "bad-input", "role")

    def test_token_serves_and_is_revoked(self, api: Api) -> None:
        """Its secret is in the first answer only."""
        header = api.signed_in(Role.ML_ENGINEER)
        body = {"name": "pipeline", "scopes": ["read"], "days": 1}
        issued = api.client.post("tokens", json=body, headers=header).json()
        token = {"Authorization": f"Bearer {issued['secret']}"}
        assert api.client.get("models", headers=token).json() == []
        refused = api.client.post("models", json=model_in().model_dump(mode="json"), headers=token)
        assert problem(refused)[:2] == (403, "forbidden")
        assert "secret" not in api.client.get("tokens", headers=header).json()[0]
        api.client.delete(f"tokens/{issued['id']}", headers=header)
        assert problem(api.client.get("models", headers=token))[0] == 401

    def test_everybody_is_listed(self, api: Api) -> None:
        """One person in each role."""
        found = api.client.get("people", headers=api.signed_in(Role.AUDITOR)).json()
        assert len(found) == len(Role)
