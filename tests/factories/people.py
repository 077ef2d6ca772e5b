"""People for tests: a founded registry with one person in each role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from registry.domain.people import Actor, Role
from registry.domain.signatures import Password
from registry.domain.trail import Act
from registry.services.work import Work, Workshop
from registry.store.people import PersonRecordRow, PersonRoleRow, PersonRow

PASSWORD = "correct horse battery"
PROOF = Password(PASSWORD)


@cache
def password_hash() -> str:
    """Return the digest of everybody's password, by a cheap cost: checking it takes no time.

    A digest carries its own cost; the registry's is slow on purpose.
    """
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    return cheap.hash(PASSWORD)


@dataclass
class Registry:
    """A founded registry and its people.

    Attributes
    ----------
    workshop : Workshop
        What work is begun in.
    people : dict of Role to Actor
        One signed-in person in each role; their login is the role with dots for blanks.
    """

    workshop: Workshop
    people: dict[Role, Actor] = field(default_factory=dict)

    @contextmanager
    def work(self, role: Role | Actor) -> Iterator[Work]:
        """Begin work as somebody: a role's person, or a given actor."""
        actor = self.people[role] if isinstance(role, Role) else role
        with self.workshop.begin(actor) as work:
            yield work


def login_of(role: Role) -> str:
    """Return the login of a role's person, such as ``clinical.lead``."""
    return role.value.lower().replace(" ", ".")


def make_registry(workshop: Workshop) -> Registry:
    """Return a founded registry with one person in each role; everybody's password is PASSWORD."""
    registry = Registry(workshop=workshop)
    with workshop.begin(None) as work:
        work.record(Act.REGISTRY_FOUNDED, subject=work.settings.origin)
    for role in Role:
        registry.people[role] = make_person(registry, login_of(role), role)
    return registry


def make_person(registry: Registry, login: str, *roles: Role) -> Actor:
    """Enrol one more person, qualified and registered; return them signed in with their roles."""
    with registry.workshop.begin(None) as work:
        person = PersonRow(
            id=work.new_id(), login=login, password_hash=password_hash(), enrolled_at=work.now()
        )
        name = login.replace(".", " ").title()
        document = {"name": name, "qualification": "Consultant", "registration": "GMC 1234567"}
        work.session.add(person)
        work.session.flush()
        work.session.add(
            PersonRecordRow(
                id=work.new_id(),
                subject_id=person.id,
                number=1,
                document=document,
                recorded_at=work.now(),
                why="enrolment",
            )
        )
        for role in roles:
            work.session.add(
                PersonRoleRow(
                    id=work.new_id(),
                    person_id=person.id,
                    role=role,
                    why="appointed",
                    granted_at=work.now(),
                )
            )
        return Actor(id=person.id, login=login, name=name, roles=frozenset(roles), via="session")
