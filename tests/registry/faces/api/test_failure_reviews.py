"""Facts about reviews of failures over the API."""

from registry.domain.people import Role
from tests.factories.callers import Api, problem
from tests.factories.evidence import make_evidence, make_signed_protocol, rows, table
from tests.factories.people import Registry
from tests.factories.records import make_model, make_sites, make_version
from tests.registry.services.test_failure_reviews import MISSED, review


class TestFailureReviews:
    """Counted, reviewed, listed."""

    def test_counts_then_review(self, registry: Registry, api: Api) -> None:
        """The evidence says how many failures there are; the review says why they happened."""
        make_sites(registry)
        make_model(registry)
        make_version(registry)
        protocol = make_signed_protocol(registry)
        found = make_evidence(registry, protocol, table([*rows(exams=240), MISSED]))
        validator = api.signed_in(Role.INDEPENDENT_VALIDATOR)
        counts = api.client.get(f"evidence/{found}/failures", headers=validator).json()
        assert counts == {"missed": 1, "false_alert": 0, "total": 1}
        path = f"evidence/{found}/failure-reviews"
        body = review().model_dump(mode="json")
        assert api.client.post(path, json=body, headers=validator).status_code == 201
        body["groups"][0]["severity"] = "bad"
        answer = api.client.post(path, json=body, headers=validator)
        assert problem(answer) == (422, "bad-input", "groups.1.severity")
        assert len(api.client.get(path, headers=validator).json()) == 1
