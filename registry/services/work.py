"""Work: one use case's transaction, actor, clock and trail; and the workshop it comes from."""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar
from uuid import UUID, uuid4

from registry.domain import people, signatures, trail
from registry.domain.errors import ForbiddenError, NotSignedInError, RegistryError
from registry.domain.notices import NOTICES, told
from registry.domain.people import Action, Actor, Role, State
from registry.domain.signatures import Ceremony, Proof, Signature
from registry.domain.signings import ChangedSinceError
from registry.domain.trail import Act, Event
from registry.services import proofs
from registry.services.checkpointing import Checkpointing
from registry.services.proofs import Desk
from registry.settings import Settings, WorkSettings
from registry.store import audit, notices
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row
from registry.store.keys import Keys
from registry.store.notices import Telling
from registry.store.people import FailedSignInRow
from registry.store.providers import ProviderClient
from registry.store.records import Record
from registry.store.session import Engine, Session, open_engine, transaction
from registry.store.sinks import Sink
from registry.store.staging import Staging
from reports.pool import Pool

P = ParamSpec("P")
T = TypeVar("T")


def _provider(settings: Settings) -> ProviderClient | None:
    """Return the way to the provider of identities that the settings name, if they do."""
    if settings.oidc_issuer is None:
        return None
    secret = settings.oidc_client_secret
    return ProviderClient(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=None if secret is None else secret.get_secret_value(),
    )


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A refusal that leaves a trace, and the trace."""

    error: RegistryError
    event: Event
    rows: list[Row] = field(default_factory=list)


@dataclass(kw_only=True)
class Work:
    """One use case at work: everything it may touch, in one transaction.

    Services take a `Work` first, load, ask a rule, save, and `record` what was done; whoever
    began the work commits it, once, with the trail's entries as the last thing written.
    """

    session: Session
    actor: Actor | None
    artifacts: Artifacts
    keys: Keys
    staging: Staging
    settings: WorkSettings
    clock: Callable[[], datetime]
    ids: Callable[[], UUID]
    events: list[Event] = field(default_factory=list)
    refusal: Refusal | None = None
    signed: bool = False
    ceremony: Ceremony | None = None

    def now(self) -> datetime:
        """Return the present time, in UTC; in a ceremony that of the statement."""
        return self.clock() if self.ceremony is None else self.ceremony.at

    def new_id(self) -> UUID:
        """Return an identifier that nobody has yet."""
        return self.ids()

    def new_secret(self) -> str:
        """Return 256 random bits as text."""
        return secrets.token_urlsafe(32)

    def new_record(
        self, rows: type[Record], subject_id: UUID, document: Mapping[str, Any], *, why: str
    ) -> Record:
        """Return what the actor records of a thing now: its first record, or a newer one."""
        return rows(
            id=self.new_id(),
            subject_id=subject_id,
            number=1,
            document=dict(document),
            recorded_by=None if self.actor is None else self.actor.id,
            recorded_at=self.now(),
            why=why,
        )

    def require(
        self,
        action: Action,
        *,
        state: State | None = None,
        sites: Collection[str] = (),
        role: Role | None = None,
    ) -> Actor:
        """Return the actor if the actor may do this, and refuse otherwise.

        A service asks first with the action alone; then, once it knows them, with the `state` of
        the version or review, the `sites` that it is about and the `role` in which it is done.
        """
        return people.require(self.actor, action, state=state, sites=sites, role=role)

    def record(
        self,
        act: Act,
        *,
        subject: str,
        why: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        by_system: bool = False,
        blinded: bool = False,
    ) -> None:
        """Put an act on the trail; it is written last, in the same transaction.

        `by_system` says that the registry did it by a rule, whoever's request led to it. One that
        is `blinded` names nobody, neither there nor in what people are told of it.
        """
        nobody = by_system or self.actor is None
        actor = "system" if nobody or self.actor is None else str(self.actor.id)
        if blinded:
            actor = trail.WITHHELD
        self.events.append(
            Event(act=act, actor=actor, subject=subject, why=why, before=before, after=after)
        )

    def tell(self, at: datetime) -> None:
        """Tell whoever is to be told of the acts recorded so far, in the same transaction."""
        found = [one for event in self.events for one in told(event, NOTICES)]
        notices.tell(self.session, found, self.telling(at))

    def telling(self, at: datetime) -> Telling:
        """Return what telling needs of this piece of work, at the moment of its acts."""
        blinded = any(event.actor == trail.WITHHELD for event in self.events)
        return Telling(
            artifacts=self.artifacts,
            actor=None if self.actor is None or blinded else self.actor.id,
            at=at,
            new_id=self.new_id,
            mail=self.settings.mail is not None,
        )

    def kept(
        self, refusal: RegistryError, *, act: Act, subject: str, row: Row | None = None
    ) -> RegistryError:
        """Return a refusal that leaves a trace: ``raise work.kept(...)``.

        Everything else is undone; then, in a transaction of its own, `row` is kept and the act
        joins the trail.
        """
        actor = "system" if self.actor is None else str(self.actor.id)
        self.refusal = Refusal(error=refusal, event=Event(act=act, actor=actor, subject=subject))
        if row is not None:
            self.refusal.rows.append(row)
        return refusal

    def countersign(
        self,
        *,
        role: Role | None,
        meaning: str,
        subject: str,
        digest: str,
        proof: Proof,
        reasons: str = "",
        policy: str | None = None,
    ) -> Signature:
        """Have the actor prove again who they are, and sign what they state.

        Nothing is signed in series: a piece of work carries one signature. What is signed must
        follow from the request, the records and `now` alone: no random identifier belongs into
        it. In a ceremony its proof takes the place of `proof`.

        Raises
        ------
        ForbiddenError
            When an API token asks, the actor can never sign or does not hold the role, or the
            proof is wrong.
        BusyError
            When wrong passwords were given too often of late; the right one does not help.
        ChangedSinceError
            When the statement is no longer what the ceremony showed.
        Rehearsed
            When the ceremony is only to learn the statement.
        """
        if self.actor is None:
            raise NotSignedInError("Sign in first; a signature needs a person.")
        people.require_signer(self.actor, role)
        if self.signed:
            raise ForbiddenError("One proof signs one statement; do the next act by itself.")
        shown = None if self.ceremony is None else self.ceremony.shown
        statement = signatures.statement(
            signer={"id": str(self.actor.id), "login": self.actor.login, "name": self.actor.name},
            role=None if role is None else role.value,
            meaning=meaning,
            subject=subject,
            digest=digest,
            reasons=reasons.strip() or None,
            policy=policy,
            at=trail.instant_text(self.now()),
            nonce=self.new_secret() if shown is None else str(shown["nonce"]),
        )
        if shown is not None and dict(shown) != statement:
            changed = [part for part, said in statement.items() if shown.get(part) != said]
            raise ChangedSinceError(
                f"The records changed since this was shown ({', '.join(changed)}); nothing was "
                "signed. Begin again, and read what is shown then."
            )
        signature = self._proved(
            self.actor, statement, proof if self.ceremony is None else self.ceremony.proof
        )
        self.signed = True
        return signature

    def _proved(self, actor: Actor, statement: dict[str, Any], proof: Proof) -> Signature:
        """Return the signature over a statement by what the actor proves; a refusal is kept."""
        now = self.clock()
        desk = Desk(
            session=self.session,
            artifacts=self.artifacts,
            key=self.keys.signing(),
            address=self.settings.public_url,
            now=now,
        )
        try:
            return proofs.signed(desk, actor, statement, proof)
        except proofs.Refused as refused:
            failed = FailedSignInRow(id=self.new_id(), login=actor.login, at=now)
            raise self.kept(
                refused.error,
                act=Act.SIGNATURE_REFUSED,
                subject=f"person {actor.login}",
                row=failed if refused.guessed else None,
            ) from refused


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What every piece of work of one registry shares."""

    engine: Engine
    artifacts: Artifacts
    keys: Keys
    staging: Staging
    settings: WorkSettings
    clock: Callable[[], datetime]
    sink: Sink
    ids: Callable[[], UUID] = uuid4
    provider: ProviderClient | None = None
    pool: Pool | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pool: Pool | None = None,
    ) -> "Workshop":
        """Return the workshop that settings describe; documents are drawn in the pool, if any."""
        return cls(
            engine=open_engine(settings.database),
            artifacts=Artifacts(settings.home / "artifacts"),
            keys=Keys(settings.home / "keys"),
            staging=Staging(settings.home / "staging"),
            settings=WorkSettings.of(settings),
            clock=clock,
            sink=Sink(settings.sink),
            provider=_provider(settings),
            pool=pool,
        )

    def drawn(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns that takes seconds of CPU: in the pool, if there is one.

        Parameters
        ----------
        function : callable
            Of a module's top level; it, what it is given and what it gives back are pickled.
        """
        if self.pool is None:
            return function(*args, **kwargs)
        return self.pool.run(function, *args, **kwargs)

    def checkpointing(self) -> Checkpointing:
        """Return what signs the trail and carries the notes outside."""
        return Checkpointing(
            engine=self.engine,
            keys=self.keys,
            sink=self.sink,
            settings=self.settings,
            clock=self.clock,
        )

    @contextmanager
    def begin(self, actor: Actor | None, *, reads: bool = False) -> Iterator[Work]:
        """Yield a piece of work; commit it at the end, or leave no trace when it fails.

        Only a refusal that was `Work.kept` leaves one, in a transaction of its own.
        """
        work: Work | None = None
        try:
            with transaction(self.engine, reads=reads) as session:
                work = self._work(session, actor)
                yield work
                if work.events:
                    session.flush()
                    at = self.clock()  # one moment for both, by which they find each other
                    work.tell(at)
                    audit.append(session, work.events, at=at)
        except RegistryError as error:
            if work is not None and work.refusal is not None and work.refusal.error is error:
                self._keep(work.refusal)
            raise
        self._checkpoint(work.events)

    def _checkpoint(self, events: Sequence[Event]) -> None:
        """Sign the trail after an act that calls for it, and carry outside what was signed."""
        by_hand = [
            one.after["size"] for one in events if one.act is Act.CHECKPOINT_SIGNED and one.after
        ]
        if any(event.act in trail.CHECKPOINTED for event in events):
            self.checkpointing().now()
        elif by_hand:
            self.checkpointing().carried(by_hand[-1])

    def _work(self, session: Session, actor: Actor | None) -> Work:
        """Return a piece of work in one transaction."""
        return Work(
            session=session,
            actor=actor,
            artifacts=self.artifacts,
            keys=self.keys,
            staging=self.staging,
            settings=self.settings,
            clock=self.clock,
            ids=self.ids,
        )

    def _keep(self, refusal: Refusal) -> None:
        """Keep the trace of a refusal."""
        with transaction(self.engine) as session:
            session.add_all(refusal.rows)
            session.flush()
            audit.append(session, [refusal.event], at=self.clock())
