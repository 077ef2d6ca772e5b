"""Sites: how far hospitals differ, and what a new one may expect."""

from validation.sites.random_effects import RandomEffects, pool
from validation.sites.spread import Pooled, spread_between_sites
from validation.sites.variance import reml

__all__ = ["Pooled", "RandomEffects", "pool", "reml", "spread_between_sites"]
