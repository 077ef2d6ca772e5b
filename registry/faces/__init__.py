"""Speaking: thin faces; each parses, calls one service and shapes the answer."""
