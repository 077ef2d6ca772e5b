"""Engines: what reads prediction tables from disk; nothing else in validation touches one."""
