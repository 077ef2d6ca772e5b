"""Notices and webhooks over the API."""

from registry.domain.people import Role
from tests.factories.callers import Api, problem

HOOK = {"name": "desk", "url": "https://hooks.hospital.example/cmr", "kinds": ["suspended"]}


class TestWebhooks:
    """Webhooks."""

    def test_way_of_a_webhook(self, api: Api) -> None:
        """Its secret is shown when it is made and when it is turned, and never else."""
        header = api.signed_in(Role.ADMINISTRATOR)
        made = api.client.post("webhooks", json=HOOK, headers=header)
        assert made.status_code == 201
        secret = made.json()["secret"]
        listed = api.client.get("webhooks", headers=header)
        assert [one["name"] for one in listed.json()] == ["desk"]
        assert "secret" not in listed.json()[0]
        why = {"why": "every year"}
        turned = api.client.post("webhooks/desk/rotation", json=why, headers=header)
        assert turned.json()["secret"] != secret
        tried = api.client.post("webhooks/desk/test", headers=header)
        assert (tried.status_code, tried.json()["kind"]) == (202, "notice.deliver")
        (sent,) = api.client.get("notices/deliveries", headers=header).json()
        assert (sent["to"], sent["by"], sent["kind"]) == ("desk", "webhook", "test")
        again = api.client.post(f"notices/deliveries/{sent['id']}/retry", headers=header)
        assert again.json()["status"] == "queued"
        failed = api.client.get("notices/deliveries?state=failed", headers=header)
        assert failed.json() == []
        gone = api.client.post("webhooks/desk/removal", json=why, headers=header)
        assert gone.json()["removed_at"] is not None
        answer = api.client.post("webhooks/desk/test", headers=header)
        assert problem(answer)[:2] == (404, "not-found")

    def test_refused(self, api: Api) -> None:
        """An unsound address names its field; others than administrators are refused."""
        header = api.signed_in(Role.ADMINISTRATOR)
        body = {**HOOK, "url": "http://hooks.hospital.example/"}
        answer = api.client.post("webhooks", json=body, headers=header)
        assert problem(answer) == (422, "bad-input", "url")
        other = api.signed_in(Role.MODEL_OWNER)
        assert problem(api.client.post("webhooks", json=HOOK, headers=other))[0] == 403


class TestNotices:
    """Notices."""

    def test_own_ones_and_addresses(self, api: Api) -> None:
        """Everybody reads their own, and sets where their mail goes."""
        header = api.signed_in(Role.CLINICAL_LEAD)
        assert api.client.get("notices", headers=header).json() == []
        body = {"address": "lead@hospital.example"}
        made = api.client.post("notices/addresses", json=body, headers=header)
        assert made.json()["address"] == "lead@hospital.example"
        answer = api.client.post("notices/addresses", json={"address": "x"}, headers=header)
        assert problem(answer) == (422, "bad-input", "address")
        assert problem(api.client.post("notices/test", headers=header))[0] == 422
        enroller = api.signed_in(Role.ENROLLER)
        known = api.client.get("notices/addresses", headers=enroller).json()
        assert [one["address"] for one in known if one["address"]] == ["lead@hospital.example"]
