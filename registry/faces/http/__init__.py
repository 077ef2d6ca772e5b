"""HTTP: what every HTTP face shares: the unit of work, the actor, problems."""
