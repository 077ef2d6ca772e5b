"""Fairness: how far the levels of an attribute lie apart, and what may be made of it."""

from validation.fairness.comparing import find_gaps, find_standardised_gaps
from validation.fairness.gaps import Gap
from validation.fairness.shrinkage import Shrunken, shrink_levels

__all__ = ["Gap", "Shrunken", "find_gaps", "find_standardised_gaps", "shrink_levels"]
