"""Policies: what decisions ask, over the API."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import PolicyName, PolicyVersion, ReviewId
from registry.faces.http.problems import problem_responses
from registry.services import policies
from registry.services.policies import Known, Trial
from registry.shapes.policies import (
    BindingIn,
    BindingOut,
    PolicyDifferenceOut,
    PolicyIn,
    PolicyOut,
    ReleaseIn,
    SeatOut,
    ShippedOut,
    TrialOut,
    TrialsOut,
)

router = APIRouter(tags=["policies"])
Binding = Annotated[
    UUID,
    Path(description="The binding's id.", examples=["4b0c3b1e-7b0a-4ac9-8d2f-0d5a4d5f2a11"]),
]
EarlierName = Annotated[str, Query(description="The earlier policy's name.", examples=["standard"])]
EarlierVersion = Annotated[int, Query(ge=1, description="Its version.", examples=[1])]


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


def _tried(trial: Trial) -> TrialOut:
    """Shape what a policy would have said about a version."""
    return TrialOut(
        version=trial.version,
        dossier=trial.dossier,
        under=trial.under,
        outcome=trial.outcome,
        then=[one.what for one in trial.then],
        now=[one.what for one in trial.now],
        added=trial.added,
        gone=trial.gone,
    )


@router.get("/policies", responses=problem_responses())
def list_policies(work: ReadDep) -> list[PolicyOut]:
    """Return every policy, oldest first; the organisation's own that is in force is marked."""
    return [_out(known) for known in policies.listed(work)]


@router.get("/policies/shipped", responses=problem_responses())
def list_shipped_policies(work: ReadDep) -> list[ShippedOut]:
    """Return the policies that ship with the registry, each with its commented TOML."""
    return [
        ShippedOut(name=policy.name, version=policy.version, title=policy.title, text=text)
        for policy, text in policies.offered(work)
    ]


@router.get("/policies/seats", responses=problem_responses())
def list_seats(work: ReadDep) -> list[SeatOut]:
    """Return every sign-off that policies in force ask, and how many people could give it."""
    return [SeatOut.model_validate(seat) for seat in policies.seats(work)]


@router.post("/policies/trials", responses=problem_responses(422))
def try_policy(work: ReadDep, body: PolicyIn) -> TrialsOut:
    """Return what a policy would have said about every version's last dossier; keep nothing."""
    text = policies.taken(text=body.text, shipped=body.shipped)
    tried = policies.attempt(work, text)
    versions = [_tried(trial) for trial in tried.trials]
    return TrialsOut(policy=tried.policy.label, versions=versions, without=tried.without)


@router.get("/policies/bindings", responses=problem_responses())
def list_bindings(work: ReadDep) -> list[BindingOut]:
    """Return what further policies bind now."""
    return [BindingOut.model_validate(one) for one in policies.bindings(work)]


@router.post(
    "/policies/bindings",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def bind_policy(work: WorkDep, body: BindingIn) -> BindingOut:
    """Put a model, a site or everything under a further policy: the strictest of each key wins."""
    bound = policies.bind(work, body.policy, model=body.model, site=body.site, why=body.why)
    return BindingOut.model_validate(bound)


@router.post(
    "/policies/bindings/{binding}/release", responses=problem_responses(403, 404, 409, 422)
)
def release_policy(work: WorkDep, binding: Binding, body: ReleaseIn) -> BindingOut:
    """Release what a further policy binds; reviews opened under it keep it."""
    return BindingOut.model_validate(policies.release(work, binding, why=body.why))


@router.get("/policies/{name}/{version}", responses=problem_responses(404))
def show_policy(work: ReadDep, name: PolicyName, version: PolicyVersion) -> PolicyOut:
    """Return one version of a policy."""
    return _out(policies.get(work, name, version))


@router.get("/reviews/{review_id}/policy", responses=problem_responses(404))
def show_review_policy(work: ReadDep, review_id: ReviewId) -> PolicyOut:
    """Return the policy that a review was opened under, also one made of several."""
    return _out(policies.of_review(work, review_id))


@router.get("/policies/{name}/{version}/differences", responses=problem_responses(404, 422))
def compare_policies(
    work: ReadDep,
    name: PolicyName,
    version: PolicyVersion,
    from_name: EarlierName,
    from_version: EarlierVersion,
) -> list[PolicyDifferenceOut]:
    """Return everything in which a policy asks something else than an earlier one."""
    found = policies.between(work, (from_name, from_version), (name, version))
    return [PolicyDifferenceOut.model_validate(vars(one)) for one in found]


@router.post(
    "/policies", status_code=status.HTTP_201_CREATED, responses=problem_responses(403, 409, 422)
)
def register_policy(work: WorkDep, body: PolicyIn) -> PolicyOut:
    """Register a policy; new protocols and reviews come under it, unless it stands beside."""
    text = policies.taken(text=body.text, shipped=body.shipped)
    return _out(policies.register(work, text, beside=body.beside))
