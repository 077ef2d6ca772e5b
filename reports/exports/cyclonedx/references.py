"""References: by what the parts of a bill of materials name each other."""

from typing import Final

MODEL: Final = "model"
POLICY: Final = "policy"
PROTOCOL: Final = "criteria"
REGISTRY: Final = "assessor-registry"


def digest_hash(digest: str) -> dict[str, str]:
    """Return a digest as CycloneDX writes one."""
    return {"alg": "SHA-256", "content": digest.removeprefix("sha256:")}


def dataset(name: str) -> str:
    """Return the reference of a dataset version."""
    return f"dataset-{name}"


def evidence(number: int) -> str:
    """Return the reference of an evidence."""
    return f"evidence-{number}"


def signoff(place: int) -> str:
    """Return the reference of a sign-off's statement."""
    return f"statement-{place}"
