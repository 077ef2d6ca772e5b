"""Policies: registering one, and reading those there are."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.domain import policies as rules
from registry.domain.digests import canonical
from registry.domain.errors import ConflictError
from registry.domain.people import Action
from registry.domain.policies import Policy
from registry.domain.reviews import check_seats
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import decisions
from registry.store import policies as store
from registry.store.policies import PolicyRow


@dataclass(frozen=True, kw_only=True)
class Known:
    """A policy with its digest, and whether it is the one in force."""

    policy: Policy
    digest: str
    in_force: bool


def register(work: Work, text: str) -> Known:
    """Keep a policy; it is in force from now on, for new protocols and new reviews.

    Raises
    ------
    BadInputError
        When it cannot be read, or asks for more signers than hold a role.
    ConflictError
        When this version of it is here already, or is not the next one.
    """
    actor = work.require(Action.POLICY_REGISTER)
    policy = rules.read(text)
    _require_next(policy, store.everyone(work.session))
    for tier in policy.tiers.values():
        roles = [rule.role for rule in tier.signoffs]
        check_seats(tier.signoffs, decisions.count_holders(work.session, roles))
    digest = work.artifacts.put_bytes(canonical(policy.document())).digest
    work.session.add(
        PolicyRow(
            id=work.new_id(),
            name=policy.name,
            version=policy.version,
            digest=digest,
            document=policy.document(),
            registered_by=actor.id,
            registered_at=work.now(),
        )
    )
    name = f"{policy.name}/{policy.version}"
    work.record(Act.POLICY_REGISTERED, subject=name, after={"digest": digest})
    return Known(policy=policy, digest=digest, in_force=True)


def _require_next(policy: Policy, known: Iterable[Policy]) -> None:
    """Refuse a version of a policy that would leave a gap or say something twice."""
    newest = max((one.version for one in known if one.name == policy.name), default=0)
    if policy.version != newest + 1:
        raise ConflictError(
            f"The next version of the policy “{policy.name}” is {newest + 1}, not {policy.version}."
        )


def listed(work: Work) -> list[Known]:
    """Return every policy, the one in force last."""
    work.require(Action.RECORD_READ)
    every = store.everyone(work.session)
    return [_known(policy, in_force=policy is every[-1]) for policy in every]


def get(work: Work, name: str, version: int) -> Known:
    """Return one version of a policy.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    work.require(Action.RECORD_READ)
    policy = store.get(work.session, name, version)
    return _known(policy, in_force=policy == store.in_force(work.session))


def _known(policy: Policy, *, in_force: bool) -> Known:
    """Return a policy with its digest."""
    return Known(policy=policy, digest=store.digest(policy), in_force=in_force)
