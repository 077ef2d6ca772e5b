"""Bench: our work beside a peer's or a floor, measured in one run; the word `make bench`."""
