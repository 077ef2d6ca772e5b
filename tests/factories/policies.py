"""Policies for tests: the one that ships, with more keys on its fast track."""

from importlib import resources

from registry.domain.people import Role
from registry.domain.policies import Policy, read
from registry.services import policies
from tests.factories.people import Registry

FAST = '[tiers."fast track".{name}]\n{lines}\n'


def shipped(name: str = "standard") -> Policy:
    """Return a policy that ships, in no registry."""
    return read(_text(name))


def _text(name: str) -> str:
    """Return the TOML of a policy that ships."""
    folder = resources.files("registry.store") / "shipped_policies"
    return (folder / f"{name}-1.toml").read_text(encoding="utf-8")


def make_policy(registry: Registry, **tables: str) -> None:
    """Put a policy in force whose fast track has these tables beside what ships.

    A table is given by its TOML lines: ``waivers='criteria = ["any"]'``.
    """
    own = _text("standard").replace('name = "standard"', 'name = "own"', 1)
    added = [FAST.format(name=name, lines=lines) for name, lines in tables.items()]
    with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        policies.register(work, "\n".join([own, *added]))
