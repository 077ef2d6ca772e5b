"""Deployments over the API: what refusals look like, and that no route sets a state."""

from registry.domain.people import Role
from registry.faces.server import create_app
from registry.services.work import Workshop
from registry.shapes.site_plans import SITE_PLAN
from tests.factories.callers import Api, problem
from tests.factories.deployments import plan
from tests.factories.people import make_registry
from tests.factories.records import make_model, make_sites, make_version

OWNER = Role.MODEL_OWNER


def test_refusals(workshop: Workshop) -> None:
    """Unknown sites, malformed plans, missing dossiers and forbidden people are told apart."""
    registry = make_registry(workshop)
    make_sites(registry)
    make_model(registry)
    make_version(registry)
    api = Api.over(registry)
    owner = api.signed_in(OWNER)
    said = {"version": "heart-cad/1", "site": "Hungary"}
    lost = api.client.post("deployments", json=said | {"site": "Atlantis"}, headers=owner)
    assert problem(lost)[:2] == (404, "not-found")
    made = api.client.post("deployments", json=said, headers=owner)
    assert (made.status_code, made.json()["state"]) == (201, "proposed")
    path = f"deployments/{made.json()['id']}"
    assert api.client.get(f"{path}/dossier", headers=owner).status_code == 404
    bad = SITE_PLAN | {"rung": "everywhere"}
    refused = api.client.post(f"{path}/dossiers", json=bad, headers=owner)
    assert problem(refused) == (422, "bad-input", "rung")
    jumped = plan(rung="general").model_dump(mode="json")
    refused = api.client.post(f"{path}/dossiers", json=jumped, headers=owner)
    assert problem(refused) == (409, "deployment-state", None)
    stop = {"reasons": "No.", "password": "x"}
    refused = api.client.post(f"{path}/suspension", json=stop, headers=owner)
    assert problem(refused)[:2] == (403, "forbidden")
    auditor = api.signed_in(Role.AUDITOR)
    refused = api.client.post("deployments", json=said, headers=auditor)
    assert problem(refused)[:2] == (403, "forbidden")
    assert len(api.client.get("deployments?site=Hungary", headers=auditor).json()) == 1


def test_no_route_sets_a_state(workshop: Workshop) -> None:
    """No body of a deployment's routes has a field for its state."""
    schemas = create_app(workshop).openapi()["components"]["schemas"]
    for name in ("DeploymentIn", "SitePlanIn", "SiteSignOffIn", "StopIn"):
        assert "state" not in schemas[name]["properties"]
