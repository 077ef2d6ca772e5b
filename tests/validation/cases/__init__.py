"""Real cases: what public tables are known to hold must be visible in their assessments."""
