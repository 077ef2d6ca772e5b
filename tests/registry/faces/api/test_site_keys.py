"""The keys of sites over the API: proposed, confirmed, revoked, and what is refused."""

import pytest

from registry.domain.people import Role
from registry.domain.sealing import new_pair
from tests.factories.callers import Api, problem
from tests.factories.people import Registry
from tests.factories.records import make_sites

KEYS = "sites/Hungary/keys"
PAIR = new_pair()
BODY = {"public": PAIR.public.decode()}


@pytest.fixture
def registry(registry: Registry) -> Registry:
    """Return a registry with Hungary and Cleveland."""
    make_sites(registry, ["Cleveland", "Hungary"])
    return registry


@pytest.fixture
def proposed(registry: Registry, api: Api) -> str:
    """Return the path of a key that the data steward proposed."""
    assert registry.people
    made = api.client.post(KEYS, json=BODY, headers=api.signed_in(Role.DATA_STEWARD))
    assert made.status_code == 201
    return f"{KEYS}/{made.json()['key']}"


class TestKeysOfASite:
    """From proposal to revocation."""

    def test_way_of_a_key(self, api: Api, proposed: str) -> None:
        """Proposed by one person, confirmed by another, revoked with a reason; all is listed."""
        steward, other = (
            api.signed_in(r) for r in (Role.DATA_STEWARD, Role.INFORMATION_GOVERNANCE)
        )
        (first,) = api.client.get(KEYS, headers=steward).json()
        assert (first["key"], first["state"], first["site"]) == (PAIR.name, "proposed", "Hungary")
        confirmed = api.client.post(f"{proposed}/confirmation", headers=other).json()
        assert confirmed["state"] == "confirmed"
        assert confirmed["confirmed_by"] != confirmed["proposed_by"]
        revoked = api.client.post(f"{proposed}/revocation", json={"why": "lost"}, headers=steward)
        assert (revoked.status_code, revoked.json()["revoked_why"]) == (200, "lost")
        assert api.client.get(KEYS, headers=steward).json() == [revoked.json()]
        assert api.client.get("sites/Cleveland/keys", headers=steward).json() == []

    def test_nobody_confirms_what_they_proposed(self, api: Api, proposed: str) -> None:
        """Another person must."""
        answer = api.client.post(
            f"{proposed}/confirmation", headers=api.signed_in(Role.DATA_STEWARD)
        )
        assert problem(answer) == (409, "rule", None)
        assert "another person must confirm it" in answer.json()["detail"]

    def test_a_second_time(self, api: Api, proposed: str) -> None:
        """A key is registered once, confirmed once and revoked once."""
        steward, other = (
            api.signed_in(r) for r in (Role.DATA_STEWARD, Role.INFORMATION_GOVERNANCE)
        )
        again = api.client.post("sites/Cleveland/keys", json=BODY, headers=steward)
        assert problem(again)[:2] == (409, "conflict")
        assert "registered for Hungary already: proposed" in again.json()["detail"]
        for path, body in (("confirmation", None), ("revocation", {"why": "lost"})):
            done = api.client.post(f"{proposed}/{path}", json=body, headers=other)
            assert done.status_code == 200
            twice = api.client.post(f"{proposed}/{path}", json=body, headers=other)
            assert problem(twice)[:2] == (409, "conflict")

    def test_revoked_is_not_confirmed_again(self, api: Api, proposed: str) -> None:
        """Whoever lost a key makes a new one."""
        header = api.signed_in(Role.INFORMATION_GOVERNANCE)
        api.client.post(f"{proposed}/revocation", json={"why": "lost"}, headers=header)
        answer = api.client.post(f"{proposed}/confirmation", headers=header)
        assert "is revoked already" in answer.json()["detail"]


class TestRefused:
    """What is no key, and who may not."""

    def test_no_key(self, api: Api, registry: Registry) -> None:
        """Text that is no public key, the private half, and nothing."""
        assert registry.people
        header = api.signed_in(Role.DATA_STEWARD)
        for text in ("a word", PAIR.private.decode()):
            answer = api.client.post(KEYS, json={"public": text}, headers=header)
            assert problem(answer) == (422, "bad-input", "key")
        answer = api.client.post(KEYS, json={}, headers=header)
        assert problem(answer) == (422, "bad-input", "public")

    def test_unknown(self, api: Api, proposed: str) -> None:
        """A site or key that is not registered, and a key of another site."""
        header = api.signed_in(Role.INFORMATION_GOVERNANCE)
        assert problem(api.client.get("sites/Ulm/keys", headers=header))[:2] == (404, "not-found")
        for path in (f"{KEYS}/{'0' * 16}", f"{KEYS}/abc", proposed.replace("Hungary", "Cleveland")):
            answer = api.client.post(f"{path}/confirmation", headers=header)
            assert problem(answer)[:2] == (404, "not-found")

    def test_without_the_right(self, api: Api, proposed: str) -> None:
        """A clinical lead reads keys, and changes none; a stranger does not even read."""
        header = api.signed_in(Role.CLINICAL_LEAD)
        assert api.client.get(KEYS, headers=header).status_code == 200
        answer = api.client.post(f"{proposed}/confirmation", headers=header)
        assert problem(answer)[:2] == (403, "forbidden")
        assert api.client.get(KEYS).status_code == 401

    def test_revoked_without_a_reason(self, api: Api, proposed: str) -> None:
        """Whoever reads the record later must learn why."""
        header = api.signed_in(Role.DATA_STEWARD)
        for why in ("", "  "):
            answer = api.client.post(f"{proposed}/revocation", json={"why": why}, headers=header)
            assert problem(answer)[:2] == (422, "bad-input")
