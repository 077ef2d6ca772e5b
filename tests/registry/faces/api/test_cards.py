"""Cards over the API: asked for, made, listed and read."""

import pytest

from registry.domain.people import Role
from registry.faces import worker
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.reviews import Case, make_case

VERSION = "models/heart-cad/versions/1"


@pytest.fixture
def case(workshop: Workshop) -> Case:
    """Return a registry in which version 1 lacks nothing but a review."""
    return make_case(workshop)


class TestCards:
    """A version's cards."""

    def test_the_whole_way(self, case: Case) -> None:
        """A job is answered at once; once it has ended there is a PDF, and it is listed."""
        api = Api.over(case.registry)
        header = api.signed_in(Role.CLINICAL_LEAD)
        refused = api.client.post(f"{VERSION}/cards", headers=header)
        assert problem(refused)[:2] == (409, "waiting")
        nothing = api.client.get(f"{VERSION}/card/figures", headers=header)
        assert problem(nothing)[:2] == (409, "waiting")
        review = case.open()
        asked = api.client.post(f"{VERSION}/cards", headers=header)
        assert (asked.status_code, asked.json()["kind"]) == (202, "cards.issue")
        worker.drain(case.registry.workshop)
        card = api.client.get(f"{VERSION}/card", headers=header)
        assert card.headers["content-type"] == "application/pdf"
        assert "heart-cad-1-card-1.pdf" in card.headers["content-disposition"]
        assert card.content.startswith(b"%PDF-1.7")
        (listed,) = api.client.get(f"{VERSION}/cards", headers=header).json()
        assert (listed["version"], listed["number"], listed["current"]) == ("heart-cad/1", 1, True)
        assert listed["headline"].startswith("Policy blocks: pilot use at Hungary")
        case.sign(review, Role.CLINICAL_LEAD)
        stale = api.client.get(f"{VERSION}/card", headers=header)
        assert problem(stale)[:2] == (409, "card-stale")
        old = api.client.get(f"{VERSION}/cards/1", headers=header)
        assert old.content == card.content
        page = api.client.get(f"{VERSION}/card/figures", headers=header)
        assert page.headers["content-type"].startswith("text/html")
        assert page.headers["content-security-policy"].startswith("sandbox allow-scripts;")
        assert "heart-cad/1: figures" in page.text
        assert page.text.count('class="specification"') >= 6

    def test_unknown_version(self, case: Case) -> None:
        """A version that nobody registered has no card."""
        api = Api.over(case.registry)
        header = api.signed_in(Role.AUDITOR)
        answer = api.client.get("models/heart-cad/versions/9/card", headers=header)
        assert problem(answer)[:2] == (404, "not-found")
