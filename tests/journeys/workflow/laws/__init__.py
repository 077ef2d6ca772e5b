"""The laws of governance, read off the stored rows by code of its own.

It knows tables, files and digests, and calls no rule of the registry: SQL as text, SHA-256,
Ed25519 and RFC 8785 from their libraries, and a Merkle tree of its own.
"""
