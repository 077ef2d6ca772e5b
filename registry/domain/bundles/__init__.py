"""Bundles: the trail, or what concerns one subject of it, as files that prove themselves."""

from registry.domain.bundles.checking import Checked, check
from registry.domain.bundles.choosing import concerning, naming
from registry.domain.bundles.files import (
    CHECKPOINTS,
    ENTRIES,
    MANIFEST,
    PROOFS,
    README,
    SCHEMA,
    TEXTS,
    explained,
    manifest,
    proof_line,
    read_manifest,
    text_line,
)

__all__ = [
    "CHECKPOINTS",
    "ENTRIES",
    "MANIFEST",
    "PROOFS",
    "README",
    "SCHEMA",
    "TEXTS",
    "Checked",
    "check",
    "concerning",
    "explained",
    "manifest",
    "naming",
    "proof_line",
    "read_manifest",
    "text_line",
]
