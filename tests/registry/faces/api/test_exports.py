"""Exports and coverage reports over the API."""

from registry.domain.people import Role
from registry.services.work import Workshop
from tests.factories.callers import Api, problem
from tests.factories.reviews import make_case

VERSION = "models/heart-cad/versions/1"


class TestExports:
    """What an auditor takes home."""

    def test_the_whole_way(self, workshop: Workshop) -> None:
        """Every format that is listed is given, as a file with a name and a type."""
        case = make_case(workshop)
        api = Api.over(case.registry)
        header = api.signed_in(Role.AUDITOR)
        refused = api.client.get(f"{VERSION}/exports/csv", headers=header)
        assert problem(refused)[:2] == (409, "waiting")
        case.open()
        listed = api.client.get("exports", headers=header).json()
        assert len(listed) == 6
        for one in listed:
            found = api.client.get(f"{VERSION}/exports/{one['key']}", headers=header)
            assert found.status_code == 200
            assert found.headers["content-type"] == one["media"]
            assert 'filename="heart-cad-1.' in found.headers["content-disposition"]
            assert found.content
            assert one["not_carried"]
        unknown = api.client.get(f"{VERSION}/exports/atlas", headers=header)
        assert problem(unknown)[:2] == (422, "bad-input")

    def test_coverage(self, workshop: Workshop) -> None:
        """As JSON, or as a table."""
        case = make_case(workshop)
        case.open()
        api = Api.over(case.registry)
        header = api.signed_in(Role.AUDITOR)
        found = api.client.get(f"{VERSION}/coverage/claim-2024", headers=header).json()
        assert (found["guideline"]["doi"], len(found["items"])) == ("10.1148/ryai.240300", 44)
        path = f"{VERSION}/coverage/tripod-ai/table"
        table = api.client.get(path, headers=header)
        assert table.headers["content-type"].startswith("text/markdown")
        assert "| 27c |" in table.text
