"""Binding further policies at the command line: a model, a site or everything."""

from typing import Annotated
from uuid import UUID

import typer

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import Why
from registry.shapes.policies import BindingIn, BindingOut, ReleaseIn


def bind(
    policy: Annotated[str, typer.Argument(help="The policy's name; its newest version binds.")],
    why: Why,
    model: Annotated[str | None, typer.Option(help="Only this model.")] = None,
    site: Annotated[str | None, typer.Option(help="Only reviews for this site.")] = None,
    json: JsonFlag = False,
) -> None:
    """Put a model, a site or everything under a further policy; the strictest answer wins."""
    body = BindingIn(policy=policy, model=model, site=site, why=why)
    with connect() as client:
        made = client.post("/policies/bindings", body, BindingOut)
    if json:
        show_json(made)
        return
    say(f"{made.policy} binds {made.binds} from now on, beside the policy in force.")
    note("Reviews that are open keep what they were opened under.")


def bindings(json: JsonFlag = False) -> None:
    """List what further policies bind now."""
    with connect() as client:
        found = client.list("/policies/bindings", BindingOut)
    if json:
        show_json(found)
        return
    if not found:
        say("No further policy binds anything; only the one in force.")
        return
    rows = [(str(one.id), one.policy, one.binds, one.why) for one in found]
    table(None, ["Binding", "Policy", "Binds", "Why"], rows)


def release(
    binding: Annotated[UUID, typer.Argument(help="The binding's id.", metavar="BINDING")],
    why: Why,
    json: JsonFlag = False,
) -> None:
    """Release what a further policy binds; reviews opened under it keep it."""
    with connect() as client:
        found = client.post(f"/policies/bindings/{binding}/release", ReleaseIn(why=why), BindingOut)
    if json:
        show_json(found)
        return
    say(f"{found.policy} no longer binds {found.binds}.")
