"""Router: every subject of the API under /api/v1."""

import importlib

from fastapi import APIRouter

SUBJECTS = (
    "people",
    "passkeys",
    "identities",
    "emergencies",
    "sites",
    "site_keys",
    "models",
    "artifacts",
    "versions",
    "datasets",
    "statements",
    "papers",
    "protocols",
    "evidence",
    "hazards",
    "safety_cases",
    "incidents",
    "failure_reviews",
    "jobs",
    "notices",
    "webhooks",
    "policies",
    "reviews",
    "delegations",
    "signatures",
    "comments",
    "conditions",
    "waivers",
    "standings",
    "signings",
    "checks",
    "cards",
    "card_signatures",
    "verification",
    "exports",
    "releases",
    "deployments",
    "permits",
    "monitoring",
    "audit",
    "proofs",
)


def api() -> APIRouter:
    """Return the whole API."""
    router = APIRouter(prefix="/api/v1")
    for subject in SUBJECTS:
        router.include_router(importlib.import_module(f"registry.faces.api.{subject}").router)
    return router
