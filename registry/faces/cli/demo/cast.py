"""Cast: the people of the demonstration, who do not exist, and what each is here for."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Part:
    """One person of the demonstration."""

    login: str
    name: str
    roles: tuple[str, ...]
    qualification: str | None = None
    registration: str | None = None


ADMINISTRATOR = Part(login="a.admin", name="Ada Administrator", roles=("administrator",))
ENROLLERS = (
    Part(login="e.first", name="Edith First", roles=("enroller",)),
    Part(login="e.second", name="Emil Second", roles=("enroller",)),
)
ENGINEER = Part(login="m.lindqvist", name="Maya Lindqvist", roles=("ML engineer",))
OWNER = Part(
    login="o.brandt",
    name="Oskar Brandt",
    roles=("model owner",),
    qualification="Product manager, cardiology",
)
STEWARD = Part(login="d.nagy", name="Dóra Nagy", roles=("data steward",))
VALIDATOR = Part(
    login="i.okafor",
    name="Ifeoma Okafor",
    roles=("independent validator",),
    qualification="Medical statistician, PhD",
)
LEAD = Part(
    login="c.moretti",
    name="Carla Moretti",
    roles=("clinical lead",),
    qualification="Consultant cardiologist",
    registration="demonstration only",
)
OFFICER = Part(
    login="s.haddad",
    name="Samir Haddad",
    roles=("clinical safety officer",),
    qualification="Clinical risk management, trained 2025",
    registration="demonstration only",
)
AUDITOR = Part(login="u.virtanen", name="Ulla Virtanen", roles=("auditor",))
PLAYERS = (ENGINEER, OWNER, STEWARD, VALIDATOR, LEAD, OFFICER, AUDITOR)

SITE_OFFICER = Part(
    login="i.szabo",
    name="Ilona Szabó",
    roles=("site safety officer",),
    qualification="Cardiologist, patient safety lead",
    registration="demonstration only",
)
SITE_EXECUTIVE = Part(
    login="b.kovacs",
    name="Béla Kovács",
    roles=("site executive",),
    qualification="Medical director",
)
AT_THE_SITE = (SITE_OFFICER, SITE_EXECUTIVE)
"""Two people of one hospital, who are enrolled once the hospital is registered."""
