"""The clinical model registry: records, evidence, governance and cards."""
