"""Facts about files and versions over the API."""

import hashlib

from registry.domain.people import Role
from tests.factories.callers import Api, problem
from tests.factories.people import Registry
from tests.factories.records import (
    make_model,
    make_version,
)

VERSION = "models/heart-cad/versions/1"


class TestVersions:
    """Files and versions."""

    def test_upload_register_show_download(self, registry: Registry, api: Api) -> None:
        """What was streamed in comes out again, under its digest and as an attachment."""
        make_model(registry)
        header = api.signed_in(Role.ML_ENGINEER)
        content = b'{"coefficients": [1, 2, 3]}' * 100_000
        kept = api.client.post("artifacts", content=content, headers=header).json()
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        assert kept == {"digest": digest, "size": len(content), "content": "json"}
        body = {"description": "First", "artifacts": [{"path": "model.json", "digest": digest}]}
        made = api.client.post("models/heart-cad/versions", json=body, headers=header)
        assert (made.status_code, made.json()["number"]) == (201, 1)
        assert api.client.get(VERSION, headers=header).json() == made.json()
        out = api.client.get(f"artifacts/{digest}", headers=header)
        assert out.content == content
        assert out.headers["content-disposition"].startswith("attachment")

    def test_file_that_is_not_kept_is_named(self, registry: Registry, api: Api) -> None:
        """The entry is the field."""
        make_model(registry)
        entry = {"path": "model.json", "digest": "sha256:" + "0" * 64}
        body = {"description": "First", "artifacts": [entry]}
        answer = api.client.post(
            "models/heart-cad/versions", json=body, headers=api.signed_in(Role.ML_ENGINEER)
        )
        assert problem(answer) == (422, "bad-input", "artifacts[1].digest")

    def test_nobody_uploads(self, api: Api) -> None:
        """A stream of somebody unknown is not kept."""
        assert problem(api.client.post("artifacts", content=b"x"))[0] == 401

    def test_correction_and_list(self, registry: Registry, api: Api) -> None:
        """The corrected description is listed."""
        make_model(registry)
        make_version(registry)
        header = api.signed_in(Role.ML_ENGINEER)
        body = {"description": "Better said", "why": "unclear"}
        assert api.client.post(f"{VERSION}/records", json=body, headers=header).is_success
        found = api.client.get("models/heart-cad/versions", headers=header).json()
        assert [version["description"] for version in found] == ["Better said"]

    def test_no_endpoint_sets_a_stage(self, registry: Registry, api: Api) -> None:
        """A stage in a record is an unknown field."""
        make_model(registry)
        make_version(registry)
        body = {"description": "x", "why": "y", "stage": "approved"}
        answer = api.client.post(
            f"{VERSION}/records", json=body, headers=api.signed_in(Role.ML_ENGINEER)
        )
        assert problem(answer) == (422, "bad-input", "stage")
