"""Registering: keeping a version of a policy, in force or beside the one that is."""

from collections.abc import Iterable

from registry.domain import policies as rules
from registry.domain.digests import canonical
from registry.domain.errors import BadInputError, ConflictError
from registry.domain.people import Action
from registry.domain.policies import Policy
from registry.domain.reviews import check_seats
from registry.domain.trail import Act
from registry.services.policies.reading import Known
from registry.services.work import Work
from registry.store import decisions
from registry.store import policies as store
from registry.store.policies import PolicyRow


def register(work: Work, text: str, *, beside: bool = False) -> Known:
    """Keep a policy; it is in force from now on, for new protocols and new reviews.

    Parameters
    ----------
    work : Work
    text : str
        TOML.
    beside : bool
        Keep it without putting it in force: it binds only what `bind` puts under it.

    Raises
    ------
    BadInputError
        When it cannot be read, or asks for more signers than hold a role.
    ConflictError
        When this version of it is here already, or is not the next one.
    """
    actor = work.require(Action.POLICY_REGISTER)
    policy = rules.read(text)
    if policy.combines:
        raise BadInputError("bind several policies instead of writing this.", field="combines")
    _require_next(policy, store.everyone(work.session))
    for tier in policy.tiers.values():
        roles = [rule.role for rule in tier.signoffs]
        check_seats(tier.signoffs, decisions.count_holders(work.session, roles))
    document = policy.document()
    digest = work.artifacts.put_bytes(canonical(document)).digest
    work.session.add(
        PolicyRow(
            id=work.new_id(),
            name=policy.name,
            version=policy.version,
            digest=digest,
            document=document,
            beside=beside,
            registered_by=actor.id,
            registered_at=work.now(),
        )
    )
    work.session.flush()
    store.require_together(work.session)
    after = {"digest": digest} | ({"beside": True} if beside else {})
    work.record(Act.POLICY_REGISTERED, subject=policy.label, after=after)
    return Known(policy=policy, digest=digest, in_force=not beside)


def _require_next(policy: Policy, known: Iterable[Policy]) -> None:
    """Refuse a version of a policy that would leave a gap or say something twice."""
    newest = max((one.version for one in known if one.name == policy.name), default=0)
    if policy.version != newest + 1:
        raise ConflictError(
            f"The next version of the policy “{policy.name}” is {newest + 1}, not {policy.version}."
        )
