"""Rules: pure values and functions; no database, disk, socket, clock or framework."""
