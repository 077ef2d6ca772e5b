"""`cmr dataset`: register datasets, take over their patients as keys, withdraw them."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, pieces, say, show_json, table
from registry.faces.cli.documents import TomlFile, Why, read_toml, reference, shaped
from registry.shapes.datasets import (
    DatasetIn,
    DatasetOut,
    DatasetRecordIn,
    DatasetWithdrawalIn,
    DependentOut,
    PatientsOut,
)

app = typer.Typer(help="Datasets and their provenance.", no_args_is_help=True)
Dataset = Annotated[str, typer.Argument(metavar="NAME/N", help="The dataset.")]


def _path(dataset: str) -> str:
    """Return where the API has a dataset."""
    name, number = reference(dataset, what="dataset")
    return f"/datasets/{name}/{number}"


@app.command("register")
def register_dataset(file: TomlFile, as_json: JsonFlag = False) -> None:
    """Register the next version of a dataset from a TOML file.

    It says name, title, description, sites, from, to, devices, inclusion, exclusion, annotators,
    reference_standard, legal_basis, licence, source, and per partition
    [partitions.NAME] with exams, patients and positives.
    """
    body = shaped(read_toml(file), DatasetIn, source=str(file))
    with connect() as client:
        dataset = client.post("/datasets", body, DatasetOut)
    if as_json:
        show_json(dataset)
        return
    say(f"{dataset.name}/{dataset.number} is registered: {dataset.title}.")
    note(f"Next: `cmr dataset patients {dataset.name}/{dataset.number} FILE`, to find overlap.")


@app.command("list")
def list_datasets(as_json: JsonFlag = False) -> None:
    """List all datasets."""
    with connect() as client:
        datasets = client.list("/datasets", DatasetOut)
    if as_json:
        show_json(datasets)
        return
    table(
        None,
        ["Dataset", "Title", "Sites", "Exams", "Patients' keys"],
        [
            (
                f"{d.name}/{d.number}" + (" (withdrawn)" if d.withdrawn else ""),
                d.title,
                ", ".join(d.sites),
                f"{sum(counts.exams for counts in d.partitions.values()):,}",
                "none" if d.patient_keys is None else f"{d.patient_keys:,}",
            )
            for d in datasets
        ],
        right="Exams,Patients' keys",
    )


@app.command("show")
def show_dataset(dataset: Dataset, as_json: JsonFlag = False) -> None:
    """Show a dataset and its provenance."""
    with connect() as client:
        found = client.get(_path(dataset), DatasetOut)
    if as_json:
        show_json(found)
        return
    say(Text.assemble((f"{found.name}/{found.number}", "bold"), f"  {found.title}"))
    say(found.description)
    for label, text in (
        ("Sites", ", ".join(found.sites)),
        ("Collected", f"{found.from_ or 'not recorded'} to {found.to or 'not recorded'}"),
        ("Devices", found.devices),
        ("Included", found.inclusion),
        ("Excluded", found.exclusion),
        ("Annotators", found.annotators),
        ("Reference", found.reference_standard),
        ("Legal basis", found.legal_basis),
        ("Licence", found.licence),
        ("Source", found.source),
    ):
        say(Text.assemble((f"{label:<12}", "dim"), text))
    for partition, counts in found.partitions.items():
        say(Text.assemble((f"{partition:<12}", "dim"), f"{counts.exams:,} exams"))
    if found.withdrawn:
        say(Text(f"withdrawn: {found.withdrawn['why']}", style="bold red"))


@app.command("patients")
def take_patients(
    dataset: Dataset,
    file: Annotated[
        Path,
        typer.Argument(help="CSV in UTF-8: a header, one patient a row.", exists=True),
    ],
    partition: Annotated[str, typer.Option(help="The partition these patients belong to.")],
    column: Annotated[
        str | None, typer.Option(help="The column of their identifiers, where there are several.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take over a list of patients as keyed digests, so that overlap can be found.

    The identifiers are dropped as they are read; only this registry can compare the digests.
    """
    with connect() as client:
        taken = client.upload(
            f"{_path(dataset)}/patients",
            pieces(file, quiet=as_json),
            PatientsOut,
            params={"partition": partition, "column": column},
            media_type="text/csv",
        )
    if as_json:
        show_json(taken)
        return
    say(f"{taken.patients:,} patients of {taken.partition} can now be compared.")


@app.command("supersede")
def supersede_dataset(
    dataset: Dataset, file: TomlFile, why: Why, as_json: JsonFlag = False
) -> None:
    """Correct a dataset's provenance from a TOML file; the old record is kept."""
    document = {key: value for key, value in read_toml(file).items() if key != "name"}
    body = shaped({**document, "why": why}, DatasetRecordIn, source=str(file))
    with connect() as client:
        found = client.post(f"{_path(dataset)}/records", body, DatasetOut)
    if as_json:
        show_json(found)
        return
    say(f"{found.name}/{found.number} is recorded anew (record {found.record}).")


@app.command("withdraw")
def withdraw_dataset(dataset: Dataset, why: Why, as_json: JsonFlag = False) -> None:
    """Withdraw a dataset: no further version may use it."""
    with connect() as client:
        found = client.post(
            f"{_path(dataset)}/withdrawal", DatasetWithdrawalIn(why=why), DatasetOut
        )
    if as_json:
        show_json(found)
        return
    say(f"{found.name}/{found.number} is withdrawn.")
    list_dependents(dataset)


@app.command("dependents")
def list_dependents(dataset: Dataset, as_json: JsonFlag = False) -> None:
    """List every version that rests on a dataset, and how."""
    with connect() as client:
        found = client.list(f"{_path(dataset)}/dependents", DependentOut)
    if as_json:
        show_json(found)
        return
    if not found:
        note("No version rests on it.")
        return
    rows = [(one.version, one.stage, one.rests, one.how) for one in found]
    table("Versions that rest on it", ["Version", "Stage", "By its", "How"], rows)
