"""`cmr failures`: the exams that a model got wrong, listed on this machine and nowhere else."""

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from registry.faces.cli.console import JsonFlag, note, say, show_json, table
from registry.faces.cli.drafting import ProtocolFile, read_protocol
from validation.engines.failures import Failure, Failures, open_failures
from validation.errors import TableError
from validation.protocols.shape import Protocol

PRIVATE_FILE = 0o600
SHOWN = 20
# What spreadsheets take for the beginning of a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
LOCAL = "The list was made on this machine and stays here: nothing was uploaded."
NO_SCORE = "no score"
IN_FILES = ("threshold", "distance")  # said once on the terminal; in --out and --json for each


def failures(
    source: Annotated[Path, typer.Argument(metavar="TABLE", help="A CSV or Parquet table.")],
    protocol: ProtocolFile,
    *,
    save: Annotated[
        Path | None,
        typer.Option("--out", help="Write all of them, patients too, to this CSV file."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help=f"List at most so many; on the terminal {SHOWN} unless given."),
    ] = None,
    site: Annotated[str | None, typer.Option(help="Only this site, as the table calls it.")] = None,
    patients: Annotated[
        bool, typer.Option("--patients", help="Print the patients, too; the file has them anyway.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """List the exams that a model got wrong, the most confident errors first; uploads nothing."""
    plan = read_protocol(protocol)
    with open_failures(source, plan, site=site, limit=limit) as found:
        listed = found.listed
        shown = list(islice(listed, limit or SHOWN))
        if save is not None:
            _write(save, plan, _both(shown, listed))
        if as_json:
            show_json(_document(found, shown, plan, patients=patients))
            return
        _show(found, shown, plan, patients=patients)
    if save is not None:
        note(f"Written: {save}, readable by you only. It names exams and patients: keep it here.")
    note(LOCAL)


def _both(first: Iterable[Failure], then: Iterable[Failure]) -> Iterator[Failure]:
    """Yield what was already read, then the rest."""
    yield from first
    yield from then


def plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULAS) else cell


def _columns(plan: Protocol, *, patients: bool) -> list[str]:
    """Return the names of what is said of a failure: only what the protocol declares."""
    columns = plan.columns
    names = ["failure"]
    names += ["finding"] if plan.findings[0].name is not None else []
    names += ["row"]
    names += ["exam"] if columns.exam is not None else []
    names += ["patient"] if patients and columns.patient is not None else []
    names += ["site"] if columns.site is not None else []
    names += [subgroup.name for subgroup in plan.subgroups]
    names += ["severity"] if columns.severity is not None else []
    return [*names, "score", "threshold", "distance"]


def _facts(failure: Failure) -> dict[str, Any]:
    """Return everything that is known of a failure, by its name; subgroups give way to nothing."""
    return {
        **failure.levels,
        "failure": failure.kind.value,
        "finding": failure.finding,
        "row": failure.row,
        "exam": failure.exam,
        "patient": failure.patient,
        "site": failure.site,
        "severity": failure.severity,
        "score": failure.score,
        "threshold": failure.threshold,
        "distance": failure.distance,
    }


def _write(path: Path, plan: Protocol, listed: Iterable[Failure]) -> None:
    """Write failures to a CSV file that only this user can read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    names = _columns(plan, patients=True)
    try:
        unfinished.unlink(missing_ok=True)
        made = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(made, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([plain(name) for name in names])
            for failure in listed:
                facts = _facts(failure)
                writer.writerow([_cell(facts[name]) for name in names])
        unfinished.replace(path)
    except OSError as error:
        raise TableError(
            f"“{path}” cannot be written ({(error.strerror or 'unknown').lower()}).",
            remedy="Choose a folder that is there and yours.",
        ) from None
    finally:
        if unfinished.parent.is_dir():
            unfinished.unlink(missing_ok=True)


def _cell(value: object) -> str:
    """Return a value as it is written: text guarded, numbers to their last digit."""
    if value is None:
        return ""
    return plain(value) if isinstance(value, str) else repr(value)


def _document(
    found: Failures, shown: Sequence[Failure], plan: Protocol, *, patients: bool
) -> dict[str, Any]:
    """Return the list as JSON."""
    names = _columns(plan, patients=patients)
    return {
        "schema": "cmr.failures/1",
        "counts": [
            {
                "finding": name,
                "tp": one.tp,
                "fp": one.fp,
                "fn": one.fn,
                "tn": one.tn,
                "unscored_failures": found.unscored[name],
            }
            for name, one in found.counts.items()
        ],
        "failures": [{name: _facts(one)[name] for name in names} for one in shown],
        "not_listed": found.total - len(shown),
    }


def _show(found: Failures, shown: Sequence[Failure], plan: Protocol, *, patients: bool) -> None:
    """Print how many failures there are, and the first of them."""
    fail_safe = {finding.name: finding.operating_point.unscored for finding in plan.findings}
    for name, one in found.counts.items():
        of = "" if name is None else f"{name}: "
        say(
            f"{of}{one.fn:,} of {one.positives:,} positives missed, "
            f"{one.fp:,} of {one.fp + one.tn:,} negatives flagged."
        )
        if without := found.unscored[name]:
            say(
                f"{of}{without:,} of these have no score; as deployed they count as "
                f"{fail_safe[name]}."
            )
    if not shown:
        return
    for finding in plan.findings:
        of = "" if finding.name is None else f"{finding.name}: "
        point = finding.operating_point
        say(f"{of}Flagged: a score {point.positive_when} {point.threshold}.")
    groups = [subgroup.name for subgroup in plan.subgroups]
    names = [one for one in _columns(plan, patients=patients) if one not in {*groups, *IN_FILES}]
    names[-1:] = [*(["groups"] if groups else []), "score"]
    rows = []
    for failure in shown:
        facts = _facts(failure)
        facts["groups"] = ", ".join(_printed(name, facts[name]) for name in groups)
        rows.append([_printed(name, facts[name]) for name in names])
    table(None, names, rows, right="row,score")
    if more := found.total - len(shown):
        note(f"{more:,} more are not shown; give --limit, or --out FILE for all of them.")
    if plan.columns.patient is not None and not patients:
        note("Patients are not printed; give --patients, or --out FILE.")


def _printed(name: str, value: object) -> str:
    """Return a value for people."""
    if value is None:
        return NO_SCORE if name == "score" else "—"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
