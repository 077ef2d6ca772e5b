"""Policies for tests: the one that ships, with more keys on its fast track."""

from importlib import resources

from registry.domain.people import Role
from registry.services import policies
from tests.factories.people import Registry

FAST = '[tiers."fast track".{name}]\n{lines}\n'


def make_policy(registry: Registry, **tables: str) -> None:
    """Put a policy in force whose fast track has these tables beside what ships.

    A table is given by its TOML lines: ``waivers='criteria = ["any"]'``.
    """
    folder = resources.files("registry.store") / "shipped_policies"
    text = (folder / "standard-1.toml").read_text(encoding="utf-8")
    own = text.replace('name = "standard"', 'name = "own"', 1)
    added = [FAST.format(name=name, lines=lines) for name, lines in tables.items()]
    with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        policies.register(work, "\n".join([own, *added]))
