"""`cmr hazard`: a model's hazards, the prompts to begin with, its plan and its log."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from registry.domain import hazards as rules
from registry.domain.errors import BadInputError
from registry.faces.cli import hazard_logs, hazard_plans
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import TomlFile, Why, read_toml, shaped
from registry.faces.cli.files import write_whole
from registry.faces.cli.hazard_plans import Model
from registry.shapes.hazards import HazardIn, HazardOut, HazardPromptOut, HazardRecordIn

app = typer.Typer(
    help="Hazards: what may go wrong, how grave it is, and what was shown to help.",
    no_args_is_help=True,
)
app.add_typer(hazard_plans.app, name="plan")
app.add_typer(hazard_logs.app, name="log")
Number = Annotated[int, typer.Argument(help="The hazard's number.")]

DRAFT = """# A hazard: `cmr hazard raise MODEL FILE`.
# {asks}
# Causes to think of: {causes}
# Controls to think of: {controls}
prompt = "{slug}"
name = ""
description = ""
causes = [""]
harm = ""                       # what it would do to a patient
initial = {{ severity = "", likelihood = "" }}   # words of the plan's matrix
# residual = {{ severity = "", likelihood = "" }}
status = "open"                 # open, transferred or closed

# [[controls]]
# text = ""
# kind = "design"   # design, protective measure, test, business process, training,
#                   # information for safety: what makes it impossible comes first
# owner = ""
# implemented = false
# [[controls.verification]]      # without one the control counts for nothing
# what = ""
# evidence = ""                  # id of evidence; with criterion = "sensitivity" it must be met
# # or: document = "sha256:…"    # an artifact kept here
# # or: statement = 9, version = 2
"""


@app.command("prompts")
def list_prompts(
    theme: Annotated[str | None, typer.Option(help="Only themes with this in their name.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List questions to begin a hazard log of a prediction model with."""
    found = [one for one in rules.PROMPTS if theme is None or theme.lower() in one.theme]
    if not found:
        themes = ", ".join(dict.fromkeys(one.theme for one in rules.PROMPTS))
        raise BadInputError(f"no theme has this in its name; there are: {themes}.", field="theme")
    if as_json:
        show_json([HazardPromptOut.model_validate(one.document()) for one in found])
        return
    for name in dict.fromkeys(one.theme for one in found):
        rows = [(one.slug, one.asks) for one in found if one.theme == name]
        table(name.capitalize(), ["Prompt", "Asks"], rows)
    note("Begin a hazard with one: `cmr hazard draft PROMPT --out hazard.toml`.")


@app.command("draft")
def draft_hazard(
    prompt: Annotated[str, typer.Argument(help="A prompt; `cmr hazard prompts` lists them.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    as_json: JsonFlag = False,
) -> None:
    """Write a hazard to fill in, beginning with a prompt."""
    write_whole(out, DRAFT.format(**rules.prompt(prompt).document()).encode())
    if as_json:
        show_json({"path": str(out)})
        return
    say(f"Written: {out}. Fill it in, then `cmr hazard raise MODEL {out}`.")


@app.command("raise")
def raise_hazard(model: Model, file: TomlFile, as_json: JsonFlag = False) -> None:
    """Put a hazard on a model's log from a TOML file."""
    body = shaped(read_toml(file), HazardIn, source=str(file))
    with connect() as client:
        made = client.post(f"/models/{model}/hazards", body, HazardOut)
    _show(made, as_json=as_json)


@app.command("list")
def list_hazards(model: Model, as_json: JsonFlag = False) -> None:
    """List a model's hazards with the rating that counts."""
    with connect() as client:
        found = client.list(f"/models/{model}/hazards", HazardOut)
    if as_json:
        show_json(found)
        return
    if not found:
        note(f"The log of {model} is empty; begin with `cmr hazard prompts`.")
        return
    table(
        None,
        ["No.", "Hazard", "Initial", "Counts", "Unverified", "Status"],
        [
            (
                str(one.number),
                one.name,
                _rating(one.initial["rating"]),
                _rating(one.rating),
                str(one.unverified or "—"),
                one.status,
            )
            for one in found
        ],
        right="No.,Initial,Counts,Unverified",
    )
    for one in found:
        if one.because:
            note(f"Hazard {one.number} counts as {_rating(one.rating)}: {one.because}.")


@app.command("show")
def show_hazard(model: Model, number: Number, as_json: JsonFlag = False) -> None:
    """Show a hazard, its controls and what shows that they work."""
    with connect() as client:
        found = client.get(f"/models/{model}/hazards/{number}", HazardOut)
    _show(found, as_json=as_json)


@app.command("supersede")
def supersede_hazard(
    model: Model, number: Number, file: TomlFile, why: Why, as_json: JsonFlag = False
) -> None:
    """Record a hazard anew, whole, from a TOML file; the old record is kept."""
    body = shaped({**read_toml(file), "why": why}, HazardRecordIn, source=str(file))
    with connect() as client:
        made = client.post(f"/models/{model}/hazards/{number}/records", body, HazardOut)
    _show(made, as_json=as_json)


def _rating(rating: int | None) -> str:
    """Return a rating as printed."""
    return "unrated" if rating is None else str(rating)


def _risk(risk: dict[str, Any] | None) -> str:
    """Return a risk as printed."""
    if risk is None:
        return "not stated"
    return f"{_rating(risk['rating'])}  ({risk['severity']}, {risk['likelihood']})"


def _show(hazard: HazardOut, *, as_json: bool) -> None:
    """Print one hazard."""
    if as_json:
        show_json(hazard)
        return
    say(Text.assemble((f"{hazard.model}, hazard {hazard.number}: {hazard.name}", "bold")))
    about = ", ".join(str(one) for one in hazard.versions) or "every version"
    counts = _rating(hazard.rating) + (f": {hazard.because}" if hazard.because else "")
    for label, text in (
        ("What", hazard.description),
        ("Causes", "; ".join(hazard.causes)),
        ("Harm", hazard.harm),
        ("Initial", _risk(hazard.initial)),
        ("Residual", _risk(hazard.residual)),
        ("Counts as", counts),
        ("Status", hazard.status + _transfer(hazard)),
        ("Versions", about),
        ("Why not less", hazard.justification or ""),
    ):
        if text:
            say(Text.assemble((f"{label:<14}", "dim"), text))
    for control in hazard.controls:
        mark = ("✓ ", "green") if control["verified"] else ("○ ", "yellow")
        state = "" if control["implemented"] else ", not implemented"
        say(Text.assemble(mark, f"{control['kind']}: {control['text']}"))
        note(f"    owner: {control['owner']}{state}")
        for link in control["verification"]:
            problem = "" if link["problem"] is None else f" — shows nothing: {link['problem']}"
            note(f"    shown by: {link['what']}{problem}")
        if not control["verification"]:
            note("    not verified: it counts for nothing yet")


def _transfer(hazard: HazardOut) -> str:
    """Return to whom a hazard is handed over."""
    if hazard.transfer is None:
        return ""
    by = hazard.transfer["accepted_by"]
    accepted = f"accepted by {by}" if by else "not yet accepted"
    return f" to {hazard.transfer['to']} ({accepted}): {hazard.transfer['must_do']}"
