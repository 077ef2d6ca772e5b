"""`cmr init`: found a registry, once, with its administrator and its two enrollers."""

from pathlib import Path
from typing import Annotated

import typer

from registry.domain.errors import BadInputError
from registry.faces.cli.console import note, say
from registry.faces.cli.documents import shaped
from registry.settings import Settings
from registry.shapes.people import PersonIn

THREE = ("The administrator", "The first enroller", "The second enroller")


def init(
    administrator: Annotated[
        str | None, typer.Option(help="Login and name, as “d.roberts=Diana Roberts”.")
    ] = None,
    enroller: Annotated[
        list[str] | None, typer.Option(help="Likewise; give it twice, for two people.")
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            help="Three lines: the administrator's password, then those of the two enrollers.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Found a registry: make its database and its first three people.

    The two enrollers enrol everybody else. There are two because nobody grants a role that
    signs to somebody whose first password they chose.
    """
    from registry.services import people
    from registry.services.work import Workshop
    from registry.store import schema

    settings = Settings()
    if settings.server is not None:
        raise BadInputError("A registry is founded where it is kept; unset CMR_SERVER.")
    given = [administrator, *(enroller or [])]
    given += [None] * (len(THREE) - len(given))
    passwords = _passwords(password_file)
    three = [
        _person(who, text, None if passwords is None else passwords[place])
        for place, (who, text) in enumerate(zip(THREE, given, strict=True))
    ]
    workshop = Workshop.open(settings)
    schema.upgrade(workshop.engine, workshop.settings.migrations)
    with workshop.begin(None) as work:
        people.found(work, three[0], three[1:])
    say(f"The registry is founded, at {settings.home}.")
    note(f"Next: `cmr login {three[1].login}`, then `cmr people enrol …`.")


def _passwords(file: Path | None) -> list[str] | None:
    """Return the three passwords of a file, or None where they will be asked."""
    if file is None:
        return None
    lines = file.read_text(encoding="utf-8").splitlines()
    if len(lines) != len(THREE):
        raise BadInputError(f"{file} has {len(lines)} lines; three passwords are needed.")
    return lines


def _person(who: str, text: str | None, password: str | None) -> PersonIn:
    """Return one of the three, asking for what was not given."""
    asked: str = text or typer.prompt(f"{who} (login=name)", err=True)
    login, _, name = asked.partition("=")
    secret = password or typer.prompt(
        f"Password of {name or login}", hide_input=True, confirmation_prompt=True, err=True
    )
    document = {"login": login.strip(), "name": name.strip() or login, "password": secret}
    return shaped(document, PersonIn, source=f"{who} (“{asked}”)")
