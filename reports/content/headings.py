"""Headings: the sections of a card, numbered and in the order in which they always stand."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The number and the name of a section; the same on every card, so that readers learn it."""

    number: int
    title: str


DECIDE = Heading(number=1, title="Decide in sixty seconds")
PERFORMANCE = Heading(number=2, title="Performance")
SITES = Heading(number=3, title="Sites and subgroups")
CONSIDERATIONS = Heading(number=4, title="The thirteen considerations")
HARM = Heading(number=5, title="Harm, hazards and controls")
DATA = Heading(number=6, title="Data, provenance and lineage")
PROTOCOL = Heading(number=7, title="Protocol and what deviated")
CHANGE = Heading(number=8, title="Change since the last dossier")
DEPLOYMENT = Heading(number=9, title="Deployment, monitoring and change control")
RECORD = Heading(number=10, title="Signatures, digests, how to verify")
HEADINGS = (
    *(DECIDE, PERFORMANCE, SITES, CONSIDERATIONS, HARM),
    *(DATA, PROTOCOL, CHANGE, DEPLOYMENT, RECORD),
)
