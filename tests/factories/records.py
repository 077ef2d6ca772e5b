"""Records for tests: sites, datasets, a model and its versions, each with whole defaults."""

from collections.abc import Sequence
from typing import Any

from registry.domain.people import Role
from registry.services import artifacts, datasets, models, sites, statements, versions
from registry.shapes.datasets import DatasetIn
from registry.shapes.models import ModelIn
from registry.shapes.sites import SiteIn
from registry.shapes.statements import StatementIn
from registry.shapes.versions import VersionIn
from tests.factories.people import Registry

SITES = {
    "Cleveland": (["CLE"], "America/New_York"),
    "Hungary": (["HUN", "Budapest"], "Europe/Budapest"),
    "Switzerland": (["CHE"], "Europe/Zurich"),
    "Long Beach": (["VA"], "America/Los_Angeles"),
}


def make_sites(registry: Registry, names: Sequence[str] = tuple(SITES)) -> list[str]:
    """Register the four hospitals, or those named; return their names."""
    for name in names:
        aliases, zone = SITES[name]
        with registry.work(Role.DATA_STEWARD) as work:
            sites.register(work, SiteIn(name=name, aliases=aliases, time_zone=zone))
    return list(names)


def model_in(**changes: Any) -> ModelIn:  # noqa: ANN401 -- any field may be changed
    """Return a whole model."""
    whole = {
        "name": "heart-cad",
        "title": "Obstructive coronary disease at angiography",
        "summary": "Estimates the probability of obstructive coronary disease from 13 findings.",
        "intended_use": "Order the waiting list for invasive angiography.",
        "intended_users": "Cardiologists of the chest pain clinic",
        "population": "Adults referred to angiography for suspected coronary disease",
        "use_for": ["Ordering referrals"],
        "do_not_use_for": ["Ruling out acute coronary syndrome", "Patients under 18"],
        "risk_tier": "fast track",
        "contact": {"name": "Cardiology AI desk", "email": "cardiology-ai@example.org"},
        "regulatory": [{"jurisdiction": "EU", "status": "research use only"}],
    }
    return ModelIn.model_validate(whole | changes)


def make_model(registry: Registry, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Register a model as its owner and return it."""
    with registry.work(Role.MODEL_OWNER) as work:
        return models.register(work, model_in(**changes))


def make_artifact(registry: Registry, content: bytes = b'{"coefficients": [1, 2]}') -> str:
    """Keep a file as the ML engineer and return its digest."""
    actor = registry.people[Role.ML_ENGINEER]
    kept = artifacts.receive(registry.workshop, actor, [content])
    with registry.work(Role.ML_ENGINEER) as work:
        return str(artifacts.keep(work, kept)["digest"])


def make_version(
    registry: Registry,
    model: str = "heart-cad",
    *,
    content: bytes = b'{"coefficients": [1, 2]}',
    candidate: bool = True,
    **changes: Any,  # noqa: ANN401 -- likewise
) -> dict[str, Any]:
    """Register a version with one file as the ML engineer, its owner names it a candidate."""
    digest = make_artifact(registry, content)
    whole = {
        "description": "Logistic regression on 13 findings",
        "artifacts": [{"path": "model.json", "digest": digest, "kind": "model"}],
    }
    with registry.work(Role.ML_ENGINEER) as work:
        made = versions.register(work, model, VersionIn.model_validate(whole | changes))
    if not candidate:
        return made
    with registry.work(Role.MODEL_OWNER) as work:
        return versions.name_candidate(work, model, made["number"], why="ready for review")


def dataset_in(**changes: Any) -> DatasetIn:  # noqa: ANN401 -- likewise
    """Return a whole dataset; its site must be registered."""
    whole = {
        "name": "cleveland-1988",
        "title": "Cleveland Clinic, angiography referrals",
        "description": "Consecutive patients referred to coronary angiography",
        "sites": ["Cleveland"],
        "from": "1981-05-01",
        "to": "1984-09-30",
        "devices": "not recorded",
        "inclusion": "Referred to angiography",
        "exclusion": "Previous infarction",
        "annotators": "Cardiologists of the clinic",
        "reference_standard": "Invasive angiography, narrowing of at least 50 %",
        "legal_basis": "Published for research",
        "licence": "CC BY 4.0",
        "source": "UCI Heart Disease",
        "partitions": {"development": {"exams": 304, "patients": 304, "positives": 139}},
    }
    return DatasetIn.model_validate(whole | changes)


def make_dataset(registry: Registry, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Register a dataset as the data steward and return it."""
    with registry.work(Role.DATA_STEWARD) as work:
        return datasets.register(work, dataset_in(**changes))


def make_statements(registry: Registry, model: str = "heart-cad", number: int = 1) -> None:
    """State something on each of the thirteen considerations, as the ML engineer."""
    for consideration in range(1, 14):
        with registry.work(Role.ML_ENGINEER) as work:
            statement = StatementIn(consideration=consideration, text="See the study protocol.")
            statements.make(work, model, number, statement)
