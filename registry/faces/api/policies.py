"""Policies: what decisions ask, over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import PolicyName, PolicyVersion
from registry.faces.http.problems import problem_responses
from registry.services import policies
from registry.services.policies import Known
from registry.shapes.policies import PolicyIn, PolicyOut

router = APIRouter(tags=["policies"])


def _out(known: Known) -> PolicyOut:
    """Shape a policy."""
    policy = known.policy
    return PolicyOut(
        name=policy.name,
        version=policy.version,
        title=policy.title,
        digest=known.digest,
        in_force=known.in_force,
        document=policy.document(),
    )


@router.get("/policies", responses=problem_responses())
def list_policies(work: ReadDep) -> list[PolicyOut]:
    """Return every policy, the one in force last."""
    return [_out(known) for known in policies.listed(work)]


@router.get("/policies/{name}/{version}", responses=problem_responses(404))
def show_policy(work: ReadDep, name: PolicyName, version: PolicyVersion) -> PolicyOut:
    """Return one version of a policy."""
    return _out(policies.get(work, name, version))


@router.post(
    "/policies", status_code=status.HTTP_201_CREATED, responses=problem_responses(403, 409, 422)
)
def register_policy(work: WorkDep, body: PolicyIn) -> PolicyOut:
    """Register a policy; new protocols and reviews come under it from now on."""
    return _out(policies.register(work, body.text))
