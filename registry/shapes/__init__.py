"""Shapes: what travels over the API (pydantic In and Out)."""
