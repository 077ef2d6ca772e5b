"""Cases: what is told of safety cases: that one waits for its officer, and that one is signed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from registry.domain.notices.audiences import AT_SITES, OVERSEERS
from registry.domain.notices.places import CASE
from registry.domain.notices.telling import Audience, Kind, Rule
from registry.domain.trail import Act

CASES: Final[Mapping[Act, tuple[Rule, ...]]] = MappingProxyType(
    {
        Act.SAFETY_CASE_WRITTEN: (
            Rule(
                kind=Kind.WAITS,
                to=Audience(role_words="signers"),
                headline="{about}: safety case {case} waits for your signature",
                asks="Read it whole, then sign it, or have it written anew.",
                place=CASE,
            ),
        ),
        Act.SAFETY_CASE_SIGNED: (
            Rule(
                kind=Kind.CHANGED,
                to=Audience(roles=OVERSEERS | AT_SITES, makers=True),
                headline="{about}: safety case {case} is signed",
                asks="Read what it hands over, and under which conditions it holds.",
                place=CASE,
            ),
        ),
    }
)
"""Every act about safety cases of which somebody is told."""
