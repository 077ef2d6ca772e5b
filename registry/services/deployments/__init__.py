"""Deployments: proposing, freezing and signing a site dossier, moving, and stopping.

What two people sign for is decided by the domain's table of moves; no route sets a state.
"""

from registry.services.deployments.falling_due import sweep
from registry.services.deployments.freezing import freeze
from registry.services.deployments.proposing import View, dossier, listed, propose, view
from registry.services.deployments.signing import sign
from registry.services.deployments.stopping import (
    release,
    roll_back,
    suspend,
    suspend_in_emergency,
    withdraw,
)
from registry.services.deployments.watching import listed as windows
from registry.services.deployments.watching import submit

__all__ = [
    "View",
    "dossier",
    "freeze",
    "listed",
    "propose",
    "release",
    "roll_back",
    "sign",
    "submit",
    "suspend",
    "suspend_in_emergency",
    "sweep",
    "view",
    "windows",
    "withdraw",
]
