"""Agreement: how far the readers of the reference standard say the same."""
