"""`cmr model`: register, show and correct models."""

from typing import Annotated

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.documents import TomlFile, Why, read_toml, shaped
from registry.shapes.models import Disclosure, ModelIn, ModelOut, ModelRecordIn

app = typer.Typer(help="Models and what is recorded of them.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The model's name.")]


@app.command("register")
def register_model(file: TomlFile, as_json: JsonFlag = False) -> None:
    """Register a model from a TOML file.

    It says name, title, summary, intended_use, intended_users, population, use_for,
    do_not_use_for, risk_tier, a [contact] with name and email, one [[regulatory]] entry
    (jurisdiction, status, reference) per jurisdiction, and in a [disclosure] what outside
    formats ask beyond that.
    """
    body = shaped(read_toml(file), ModelIn, source=str(file))
    with connect() as client:
        model = client.post("/models", body, ModelOut)
    if as_json:
        show_json(model)
        return
    say(f"{model.name} is registered: {model.title}.")


@app.command("list")
def list_models(as_json: JsonFlag = False) -> None:
    """List all models."""
    with connect() as client:
        models = client.list("/models", ModelOut)
    if as_json:
        show_json(models)
        return
    table(
        None,
        ["Model", "Title", "Risk tier", "Versions"],
        [(m.name, m.title, m.risk_tier, str(m.versions)) for m in models],
        right="Versions",
    )


@app.command("show")
def show_model(name: Name, as_json: JsonFlag = False) -> None:
    """Show a model as it is recorded now."""
    with connect() as client:
        model = client.get(f"/models/{name}", ModelOut)
    if as_json:
        show_json(model)
        return
    say(Text.assemble((model.name, "bold"), f"  {model.title}"))
    say(model.summary)
    for label, text in (
        ("Intended use", model.intended_use),
        ("Intended users", model.intended_users),
        ("Population", model.population),
        ("Use for", "; ".join(model.use_for)),
        ("Do not use for", "; ".join(model.do_not_use_for)),
        ("Risk tier", model.risk_tier),
        ("Contact", f"{model.contact.name}, {model.contact.email}"),
    ):
        say(Text.assemble((f"{label:<15}", "dim"), text))
    for entry in model.regulatory:
        status = entry.status + (f" ({entry.reference})" if entry.reference else "")
        say(Text.assemble((f"{entry.jurisdiction:<15}", "dim"), status))
    _tell_disclosure(model)
    note(f"record {model.record} of {model.recorded_at:%F}: {model.why}")


def _tell_disclosure(model: ModelOut) -> None:
    """Say what is disclosed beyond the record, and what of it is not recorded."""
    said = {} if model.disclosure is None else model.disclosure.model_dump(exclude_none=True)
    for key, value in said.items():
        text = ("; ".join(value) or "none") if isinstance(value, list) else value
        say(Text.assemble((f"{_label(key)}: ", "dim"), text))
    left = [_label(key).lower() for key in Disclosure.model_fields if key not in said]
    if left:
        note(f"Not recorded, so exports say so: {', '.join(left)}.")


def _label(key: str) -> str:
    """Return a field's name as words."""
    return key.replace("_", " ").capitalize()


@app.command("history")
def show_history(name: Name, as_json: JsonFlag = False) -> None:
    """List a model's records, oldest first."""
    with connect() as client:
        records = client.list(f"/models/{name}/records", ModelOut)
    if as_json:
        show_json(records)
        return
    table(
        None,
        ["Record", "Recorded", "Why", "Title"],
        [(str(m.record), f"{m.recorded_at:%F %H:%M}", m.why, m.title) for m in records],
        right="Record",
    )


@app.command("supersede")
def supersede_model(name: Name, file: TomlFile, why: Why, as_json: JsonFlag = False) -> None:
    """Correct a model's record from a TOML file; the old record is kept."""
    document = {key: value for key, value in read_toml(file).items() if key != "name"}
    body = shaped({**document, "why": why}, ModelRecordIn, source=str(file))
    with connect() as client:
        model = client.post(f"/models/{name}/records", body, ModelOut)
    if as_json:
        show_json(model)
        return
    say(f"{model.name} is recorded anew (record {model.record}).")
