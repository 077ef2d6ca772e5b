"""Licences under test: nothing is shipped that may not travel with a work under Apache-2.0."""

import pytest

from tests.house import licences

RUN = sorted(licences.locked("run"))
OTHERS = sorted({p for name in ("dev", "soak", "npm") for p in licences.locked(name)} - {*RUN})


def permissive(package: str) -> bool:
    """Tell whether a package says a licence that may travel with ours."""
    return any(word in licences.licence(package) for word in licences.PERMISSIVE)


@pytest.mark.parametrize("package", RUN)
def test_what_runs(package: str) -> None:
    """A package of the product is permissive, or named as one that may be replaced."""
    if package in licences.REPLACEABLE:
        assert licences.licence(package) == licences.REPLACEABLE[package]
    else:
        assert permissive(package), f"{package}: {licences.licence(package)}"


@pytest.mark.parametrize("package", OTHERS)
def test_what_checks(package: str) -> None:
    """A package that only checks is permissive, or named as a tool."""
    if package in licences.TOOLS:
        assert licences.licence(package) == licences.TOOLS[package]
    else:
        assert permissive(package), f"{package}: {licences.licence(package)}"
