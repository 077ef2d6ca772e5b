"""Keeping: the only SQL, the only disk."""
