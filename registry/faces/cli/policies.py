"""Policies: reading and registering what decisions ask, at the command line."""

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from registry.faces.cli import binding, trying
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.shapes.policies import PolicyOut, ShippedOut

app = typer.Typer(
    help="Policies: what a decision asks at each risk tier, as versioned data.",
    no_args_is_help=True,
)


@app.command("list")
def list_policies(json: JsonFlag = False) -> None:
    """List all policies; the one in force is marked."""
    with connect() as client:
        found = client.list("/policies", PolicyOut)
    if json:
        show_json(found)
        return
    rows = [(f"{one.name}/{one.version}", one.title, _force(one), one.digest[:19]) for one in found]
    table(None, ["Policy", "Title", "", "Digest"], rows)


def _force(policy: PolicyOut) -> Text:
    """Return whether a policy is in force."""
    return Text("in force" if policy.in_force else "", style="green")


@app.command("show")
def show(
    policy: Annotated[
        str | None, typer.Argument(help="The policy, as name/version.", metavar="POLICY")
    ] = None,
    review: Annotated[
        UUID | None, typer.Option(help="Instead: what this review was opened under.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Show what a policy asks at each tier, or what binds a review."""
    path = f"/reviews/{review}/policy"
    if review is None:
        name, version = trying.split(policy or "")
        path = f"/policies/{name}/{version}"
    with connect() as client:
        found = client.get(path, PolicyOut)
    _show(found, json=json)


@app.command("register")
def register(
    file: trying.File = None,
    shipped: trying.Shipped = None,
    *,
    beside: Annotated[
        bool, typer.Option("--beside", help="Keep it to be bound; another stays in force.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Register a policy; new protocols and reviews come under it from now on."""
    body = trying.body_of(file, shipped, beside=beside)
    with connect() as client:
        made = client.post("/policies", body, PolicyOut)
    _show(made, json=json)


@app.command("shipped")
def shipped(
    name: Annotated[str | None, typer.Argument(help="Print the TOML of this one.")] = None,
    json: JsonFlag = False,
) -> None:
    """List the policies that ship with the registry, or print one to begin your own from."""
    with connect() as client:
        found = client.list("/policies/shipped", ShippedOut)
    wanted = [one for one in found if name in {None, one.name}]
    if not wanted:
        trying.no_such(name, [one.name for one in found])
    if json:
        show_json(wanted)
    elif name is not None:
        typer.echo(wanted[0].text, nl=False)
    else:
        table(None, ["Name", "Title"], [(one.name, one.title) for one in wanted])


app.command("try")(trying.try_policy)
app.command("diff")(trying.diff)
app.command("seats")(trying.seats)
app.command("bind")(binding.bind)
app.command("bindings")(binding.bindings)
app.command("release")(binding.release)


def _show(policy: PolicyOut, *, json: bool) -> None:
    """Print one policy, tier by tier."""
    if json:
        show_json(policy)
        return
    say(Text.assemble((f"{policy.name}/{policy.version}", "bold"), f"  {policy.title}"))
    note(policy.digest)
    for tier, rules in policy.document["tiers"].items():
        say(Text(f"\n{tier}", style="bold"))
        for label, value in _asks(rules):
            say(Text.assemble((f"  {label:<16}", "dim"), value))


def _asks(rules: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a tier asks, as labelled lines."""
    lines = [("permits", ", ".join(rules["rungs"]) or "no use at all")]
    lines += [*_papers(rules), *_safety(rules)]
    numbers = ", ".join(str(number) for number in rules["statements"])
    lines.append(("statements", numbers or "none asked for"))
    for one in rules["evidence"]:
        where = ", at every site in scope" if one["every_site"] else ""
        lines.append(
            ("evidence", f"{one['purpose']} from {one['scores_from']}, {one['custody']}{where}")
        )
    for floor in rules["protocol"]["floors"]:
        bound = f"≥ {floor['at_least']:g}" if "at_least" in floor else f"≤ {floor['at_most']:g}"
        lines.append(("weakest bound", f"{floor['metric']} {bound} over {floor['over']}"))
    if rules["protocol"]["signed_by"]:
        lines.append(("protocol signed", " and ".join(rules["protocol"]["signed_by"])))
    for one in rules["signoffs"]:
        many = "" if one["quorum"] == 1 else f"{one['quorum']} × "
        order = f", after the {' and the '.join(one['after'])}" if one.get("after") else ""
        meanings = " or ".join(one["meanings"])
        lines.append(("sign-off", f"{many}{one['role']}: {meanings}{order}"))
    lines.append(("decided by", f"{rules['decision_maker']}, for {rules['months']} months at most"))
    return lines


def _papers(rules: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a tier asks that not every policy does."""
    lines = []
    if rules.get("statements_months"):
        lines.append(("statements hold", f"{rules['statements_months']} months"))
    if rules.get("compared_with"):
        lines.append(("compared with", f"the version {' and '.join(rules['compared_with'])}"))
    lines += [
        ("document", f"{one['kind']}, from the rung {one['from_rung']} on")
        for one in rules.get("documents", ())
    ]
    for one in rules.get("training", ()):
        within = f", within {one['months']} months" if one.get("months") else ""
        lines.append(("training", f"{one['role']}: {one['topic']}{within}"))
    if rules["protocol"].get("reuse"):
        many = rules["protocol"]["reuse"]
        lines.append(("same patients", f"for {many} versions at most; beyond it exploratory"))
    return lines


def _safety(rules: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a tier asks of hazards, incidents and failures."""
    hazards, lines = rules.get("hazards") or {}, []
    for key, words in (
        ("plan_approved", "the risk management plan is approved"),
        ("log_approved", "the hazard log is approved as it stands"),
        ("all_verified", "every control is verified"),
        ("none_open", "none is open"),
    ):
        if hazards.get(key):
            lines.append(("hazards", words))
    if hazards.get("highest_residual"):
        lines.append(("hazards", f"none is rated above {hazards['highest_residual']}"))
    if rules.get("incidents"):
        lines.append(("incidents", f"none with harm “{rules['incidents']['open_from']}” is open"))
    if rules.get("failure_review"):
        asked = rules["failure_review"]
        lines.append(("failures", f"{asked['at_least']} looked at, of {asked['evidence']}"))
    return lines
