"""`cmr people`: enrol people, grant and revoke roles."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    JsonFlag,
    PasswordFile,
    ask_password,
    note,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import Why, shaped
from registry.faces.cli.trying import short
from registry.shapes.people import (
    DualRoleIn,
    DualRoleRevocationIn,
    LeavingOut,
    PasswordIn,
    PersonIn,
    PersonOut,
    PersonRecordIn,
    RoleIn,
    RoleRevocationIn,
    SuspensionIn,
)

app = typer.Typer(help="People and their roles.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="The person's login.")]
RoleName = Annotated[str, typer.Argument(help="The role, such as “clinical lead”.")]
Name = Annotated[str, typer.Option("--name", help="The name as it is printed.")]
Registration = Annotated[
    str | None, typer.Option("--registration", help="Number in a professional register.")
]
Qualification = Annotated[
    str | None, typer.Option("--qualification", help="What entitles the person to sign.")
]


@app.command("list")
def list_people(as_json: JsonFlag = False) -> None:
    """List everybody, with their roles."""
    with connect() as client:
        people = client.list("/people", PersonOut)
    if as_json:
        show_json(people)
        return
    table(
        None,
        ["Login", "Name", "Qualification", "Roles"],
        [
            (
                person.login,
                person.name + (" (suspended)" if person.suspended_at else ""),
                person.qualification or "",
                roles_of(person),
            )
            for person in people
        ],
    )


@app.command("enrol")
def enrol_person(
    login: Login,
    name: Name,
    registration: Registration = None,
    qualification: Qualification = None,
    password_file: PasswordFile = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They sign in through the provider alone.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Enrol a person; roles are granted afterwards."""
    document = {
        "login": login,
        "name": name,
        "registration": registration,
        "qualification": qualification,
    }
    if not no_password:
        document["password"] = ask_password(password_file, prompt=f"First password of {name}")
    body = shaped(document, PersonIn, source="The person")
    with connect() as client:
        _said(client.post("/people", body, PersonOut), "is enrolled", as_json=as_json)


@app.command("correct")
def correct_person(
    login: Login,
    name: Name,
    why: Why,
    registration: Registration = None,
    qualification: Qualification = None,
    as_json: JsonFlag = False,
) -> None:
    """Supersede what is recorded of a person."""
    body = PersonRecordIn(
        name=name, registration=registration, qualification=qualification, why=why
    )
    with connect() as client:
        person = client.post(f"/people/{login}/records", body, PersonOut)
    _said(person, "is recorded anew", as_json=as_json)


@app.command("grant")
def grant_role(
    login: Login,
    role: RoleName,
    why: Why,
    site: Annotated[str | None, typer.Option(help="The site the role is for.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Grant a role to another person."""
    body = shaped({"role": role, "why": why, "site": site}, RoleIn, source="The role")
    with connect() as client:
        person = client.post(f"/people/{login}/roles", body, PersonOut)
    _said(person, f"is now {role}", as_json=as_json)


@app.command("revoke")
def revoke_role(
    login: Login,
    role: RoleName,
    why: Why,
    site: Annotated[str | None, typer.Option(help="Only as far as it is for this site.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take a role back."""
    body = shaped({"role": role, "why": why, "site": site}, RoleRevocationIn, source="The role")
    with connect() as client:
        person = client.post(f"/people/{login}/roles/revocation", body, LeavingOut)
    _said(person, f"is no longer {role}", as_json=as_json)
    for sentence in short(person.empty_seats) if not as_json else ():
        note(sentence)


_Why = Annotated[str, typer.Option("--why", help="Why one person fills both, or no longer.")]


@app.command("dual")
def declare_dual_role(
    login: Login, first: RoleName, second: RoleName, why: _Why, as_json: JsonFlag = False
) -> None:
    """Declare that a person may fill two roles, where a policy allows the pair."""
    document = {"roles": (first, second), "why": why}
    body = shaped(document, DualRoleIn, source="The dual role")
    with connect() as client:
        person = client.post(f"/people/{login}/dual-roles", body, PersonOut)
    _said(person, f"may sign as {first} and as {second}, where a policy allows it", as_json=as_json)


@app.command("undual")
def revoke_dual_role(
    login: Login, first: RoleName, second: RoleName, why: _Why, as_json: JsonFlag = False
) -> None:
    """Take a declared dual role back."""
    document = {"roles": (first, second), "why": why}
    body = shaped(document, DualRoleRevocationIn, source="The dual role")
    with connect() as client:
        person = client.post(f"/people/{login}/dual-roles/revocation", body, PersonOut)
    _said(person, f"signs no longer as {first} and as {second} at once", as_json=as_json)


@app.command("suspend")
def suspend_person(login: Login, why: Why, as_json: JsonFlag = False) -> None:
    """Let a person sign in no more."""
    with connect() as client:
        person = client.post(f"/people/{login}/suspension", SuspensionIn(why=why), LeavingOut)
    _said(person, "is suspended", as_json=as_json)
    for sentence in short(person.empty_seats) if not as_json else ():
        note(sentence)


@app.command("password")
def change_password(
    old_file: PasswordFile = None,
    new_file: Annotated[
        Path | None,
        typer.Option("--new-password-file", help="File with the new password.", exists=True),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Change your own password; sign in again afterwards."""
    old = ask_password(old_file, prompt="Old password")
    new = ask_password(new_file, prompt="New password")
    with connect() as client:
        body = PasswordIn(old=SecretStr(old), new=SecretStr(new))
        person = client.post("/people/me/password", body, PersonOut)
    if as_json:
        show_json(person)
        return
    say(f"The password of {person.login} is changed; every session has ended.")


def _said(person: PersonOut, what: str, *, as_json: bool) -> None:
    """Print what became of a person."""
    if as_json:
        show_json(person)
        return
    say(f"{person.name} ({person.login}) {what}.")
    note(roles_of(person) or "no role yet")


def roles_of(person: PersonOut) -> str:
    """Return a person's roles in words, each with the site it is for."""
    return ", ".join(one.role + (f" at {one.site}" if one.site else "") for one in person.roles)
