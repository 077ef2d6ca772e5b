"""Policies: reading and registering what decisions ask, at the command line."""

from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from registry.faces.cli import binding, trying
from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json, table
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
        if policy is None:
            fail("Say which policy, as name/version, or --review REVIEW.", code=Exit.BAD_INPUT)
        name, version = trying.split(policy)
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
    if rules["rungs"]:
        lines.append(("criteria", f"block from the rung {rules['criteria_from']} on"))
    lines += [*_papers(rules), *_safety(rules)]
    numbers = ", ".join(str(number) for number in rules["statements"])
    lines.append(("statements", numbers or "none asked for"))
    for one in rules["evidence"]:
        where = ", at every site in scope" if one["every_site"] else ""
        lines.append(
            ("evidence", f"{one['purpose']} from {one['scores_from']}, {one['custody']}{where}")
        )
    if rules["overlap_checked"]:
        lines.append(("overlap", "of patients with the training data must be checked"))
    lines += _protocol(rules["protocol"])
    for label, key in (("sign-off", "signoffs"), ("may sign", "optional")):
        lines += [(label, _signoff(one)) for one in rules[key]]
    for first, second in rules.get("dual_roles", ()):
        lines.append(("dual role", f"{first} and {second} may be one person, where declared"))
    lines += _life(rules)
    lines.append(("decided by", f"{rules['decision_maker']}, for {rules['months']} months at most"))
    return lines


def _protocol(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a tier asks of protocols."""
    names = [
        words
        for key, words in (
            ("reference_standard", "the reference standard"),
            ("costs", "the costs"),
            ("population", "the population"),
            ("subgroups", "a criterion over a subgroup"),
        )
        if asked[key]
    ]
    least = [f"{asked[key]} {key}" for key in ("positives", "negatives") if asked[key]]
    lines = [("protocols for", " and ".join(asked["purposes"]))] if asked["purposes"] else []
    lines += [("  name", ", ".join(names))] if names else []
    lines += [("  plan for", f"at least {' and '.join(least)}")] if least else []
    for floor in asked["floors"]:
        bound = f"≥ {floor['at_least']:g}" if "at_least" in floor else f"≤ {floor['at_most']:g}"
        lines.append(("  weakest bound", f"{floor['metric']} {bound} over {floor['over']}"))
    if asked["signed_by"]:
        lines.append(("  signed by", " and ".join(asked["signed_by"])))
    return lines


def _signoff(one: dict[str, Any]) -> str:
    """Return who signs, with which meanings, and after whom."""
    many = "" if one["quorum"] == 1 else f"{one['quorum']} × "
    order = f", after the {' and the '.join(one['after'])}" if one.get("after") else ""
    return f"{many}{one['role']}: {' or '.join(one['meanings'])}{order}"


def _life(rules: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a tier lets be waived, what stops a version, and what each rung asks."""
    lines = []
    if waivers := rules.get("waivers"):
        named = ", ".join([*waivers["criteria"], *waivers["requirements"]])
        lines.append(("may be waived", f"{named}, for {waivers['months']} months at most"))
    lines += [
        ("data withdrawn", f"under the {key}: {follows}")
        for key, follows in rules.get("on_dataset_withdrawn", {}).items()
    ]
    if rules.get("requests_for_change"):
        lines.append(("open requests", "for change are told and do not block"))
    if rules.get("first_word_days"):
        lines.append(("first word", f"of whoever objected, for {rules['first_word_days']} days"))
    for rung, asked in rules.get("deployments", {}).items():
        said = [f"{key.replace('_', ' ')} {_plain(value)}" for key, value in asked.items()]
        lines.append((f"{rung} use", ", ".join(said)))
    return lines


def _plain(value: object) -> str:
    """Return a number as it is, and whether something is asked as yes or no."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


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
