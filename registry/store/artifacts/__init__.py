"""Artifacts: files kept under the digest of their bytes."""
