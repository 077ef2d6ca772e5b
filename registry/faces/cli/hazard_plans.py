"""`cmr hazard plan`: risk management plans, written and approved."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import (
    JsonFlag,
    PasswordFile,
    note,
    say,
    show_json,
    table,
)
from registry.faces.cli.documents import TomlFile, read_toml, shaped
from registry.faces.cli.files import write_whole
from registry.faces.cli.signing import ProofFlag, Proving, post_signed
from registry.shapes.hazard_plans import (
    HazardApprovalIn,
    HazardApprovalOut,
    HazardPlanIn,
    HazardPlanOut,
)

app = typer.Typer(
    help="Risk management plans: scope, matrix, what is acceptable.", no_args_is_help=True
)
Model = Annotated[str, typer.Argument(help="The model's name.")]
Number = Annotated[int | None, typer.Option("--number", help="Which plan; else the newest.")]
Reasons = Annotated[str, typer.Option(help="Anything to add, kept with the signature.")]

DRAFT = """# A risk management plan: `cmr hazard plan write MODEL FILE`.
scope = ""                  # what it covers, from when to when
acceptable_rating = 2       # the highest rating of residual risk that is acceptable, 1 to 4
criteria = ""               # by what else a risk is accepted
review_by = 2027-11-30

[[people]]
name = ""
role = "clinical safety officer"

# The matrix is the example of the guidance to DCB0129 unless you declare another: five lines, a
# likelihood each from the rarest; in it a rating per severity, from the mildest.
# [matrix]
# ratings = [[1, 1, 2, 2, 3], [1, 2, 2, 3, 4], [2, 2, 3, 3, 4], [2, 3, 3, 4, 5], [3, 4, 4, 5, 5]]
"""


@app.command("draft")
def draft(
    out: Annotated[Path, typer.Option(help="The file to write.")] = Path("risk-plan.toml"),
    as_json: JsonFlag = False,
) -> None:
    """Write a plan to fill in."""
    write_whole(out, DRAFT.encode())
    if as_json:
        show_json({"path": str(out)})
        return
    say(f"Written: {out}. Fill it in, then `cmr hazard plan write MODEL {out}`.")


@app.command("write")
def write_plan(model: Model, file: TomlFile, as_json: JsonFlag = False) -> None:
    """Record the next plan of a model; it counts once the safety officer approves it."""
    body = shaped(read_toml(file), HazardPlanIn, source=str(file))
    with connect() as client:
        made = client.post(f"/models/{model}/hazard-plans", body, HazardPlanOut)
    _show(made, as_json=as_json)


@app.command("show")
def show_plan(model: Model, number: Number = None, as_json: JsonFlag = False) -> None:
    """Show a plan: who takes part, what is acceptable, and the matrix."""
    with connect() as client:
        found = client.list(f"/models/{model}/hazard-plans", HazardPlanOut)
        if number is not None:
            found = [client.get(f"/models/{model}/hazard-plans/{number}", HazardPlanOut)]
    if not found:
        note(f"{model} has no plan yet; begin with `cmr hazard plan draft`.")
        return
    _show(found[-1], as_json=as_json)


@app.command("approve")
def approve_plan(
    model: Model,
    number: Annotated[int, typer.Argument(help="The plan's number.")],
    reasons: Reasons = "",
    passkey: ProofFlag = None,
    password_file: PasswordFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Approve a plan as clinical safety officer; your password is asked again."""
    path = f"/models/{model}/hazard-plans/{number}"
    with connect() as client:
        seen = client.get(path, HazardPlanOut)
        if not as_json:
            say(f"You approve risk management plan {number} of {model} as clinical safety officer.")
            note(seen.digest)
        said = {"digest": seen.digest, "reasons": reasons}
        how = Proving(passkey=passkey, password_file=password_file)
        made = post_signed(client, f"{path}/approval", said, HazardApprovalIn, HazardPlanOut, how)
    _show(made, as_json=as_json)


def approved(by: HazardApprovalOut | None, command: str) -> Text:
    """Return who approved a document, or the command that does."""
    if by is None:
        return Text(f"○ waits for the clinical safety officer: {command}", style="yellow")
    registration = "" if by.registration is None else f", {by.registration}"
    words = f"✓ {by.by.name}, {by.role}{registration}: {by.meaning}"
    return Text(f"{words} ({by.at:%Y-%m-%d %H:%M} UTC)", style="green")


def _show(plan: HazardPlanOut, *, as_json: bool) -> None:
    """Print one plan."""
    if as_json:
        show_json(plan)
        return
    said: dict[str, Any] = plan.document
    say(Text.assemble((f"{plan.model}, risk management plan {plan.number}", "bold")))
    note(plan.digest)
    rating = said["acceptable_rating"]
    for label, text in (
        ("Scope", said["scope"]),
        ("Acceptable", f"residual risk rated {rating} or lower. {said['criteria']}"),
        ("People", "; ".join(f"{one['name']}, {one['role']}" for one in said["people"])),
        ("Review by", said["review_by"]),
    ):
        say(Text.assemble((f"{label:<12}", "dim"), text))
    matrix = said["matrix"]
    words = [one["word"] for one in matrix["severities"]]
    lines = list(zip(matrix["likelihoods"], matrix["ratings"], strict=True))
    table(
        None,
        ["", *words],
        [(one["word"], *(_cell(rate, rating) for rate in line)) for one, line in reversed(lines)],
        right=",".join(words),
    )
    note(f"* rated above {rating}, which is acceptable")
    say(approved(plan.approved, f"cmr hazard plan approve {plan.model} {plan.number}"))


def _cell(rate: int, acceptable: int) -> Text:
    """Return one rating of the matrix; an asterisk marks those above what is acceptable."""
    return Text(f"{rate} ") if rate <= acceptable else Text(f"{rate}*", style="bold")
