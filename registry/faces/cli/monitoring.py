"""`cmr monitoring`: windows of exams at a hospital, and what the registry makes of them."""

from typing import Annotated, Any

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json, table
from registry.faces.cli.deployments import Where, path_of
from registry.faces.cli.documents import shaped
from registry.shapes.monitoring import WindowIn, WindowOut

app = typer.Typer(help="Windows of exams at a hospital, and stop rules.", no_args_is_help=True)
_STYLES = {"met": "green", "not met": "bold red", None: "dim"}
_ACTIONS = {"alert": "yellow", "hold": "bold yellow", "suspend": "bold red"}


@app.command("submit")
def submit(  # noqa: PLR0913 -- one option for each thing that is stated
    deployment: Where,
    *,
    evidence: Annotated[str, typer.Option(help="The evidence's id, measured for monitoring.")],
    first: Annotated[str, typer.Option("--from", help="The first day, as 2027-02-01.")],
    last: Annotated[str, typer.Option("--to", help="The last day, included.")],
    blinded: Annotated[
        bool,
        typer.Option(
            "--blinded/--not-blinded",
            help="Whether the reference standard was established without knowing the output.",
        ),
    ],
    completeness: Annotated[
        float, typer.Option(help="Share of the exams of these days that the table holds.")
    ],
    labels: Annotated[
        float, typer.Option(help="Share of the exams that were to have a label, and have one.")
    ],
    delay_days: Annotated[int, typer.Option(help="Days from the last exam to the last label.")],
    negatives: Annotated[
        str,
        typer.Option(help="How negatives came by labels: all, “random sample”, “flagged only”."),
    ],
    remark: Annotated[str, typer.Option("--note", help="What else a reader must know.")] = "",
    json: JsonFlag = False,
) -> None:
    """Hand in a window; a stop rule that it fires holds or suspends the version at once.

    Ends with 0; with 3 when a rule held or suspended, or the verdict is not met.
    """
    said = {
        "evidence": evidence,
        "from": first,
        "to": last,
        "blinded": blinded,
        "completeness": completeness,
        "labels": labels,
        "delay_days": delay_days,
        "negatives": negatives,
        "note": remark,
    }
    body = shaped(said, WindowIn, source="The window")
    with connect() as client:
        found = client.post(f"{path_of(client, deployment)}/windows", body, WindowOut)
    if json:
        show_json(found)
    else:
        _show(found)
    stopped = any(one["action"] != "alert" for one in found.fired)
    if stopped or found.performance["verdict"] == "not met":
        raise typer.Exit(int(Exit.NOT_MET))


@app.command("list")
def list_windows(deployment: Where, json: JsonFlag = False) -> None:
    """List the windows of a deployment."""
    with connect() as client:
        found = client.list(f"{path_of(client, deployment)}/windows", WindowOut)
    if json:
        show_json(found)
        return
    if not found:
        note("No window was handed in yet; see `cmr monitoring submit --help`.")
        return
    table(
        None,
        ["No.", "Days", "State", "Exams", "Positives", "Verdict", "Fired"],
        [
            (
                str(one.number),
                f"{one.first} – {one.last}",
                one.state,
                f"{one.counts['exams']:,}",
                f"{one.counts['positives']:,}",
                _verdict(one),
                ", ".join(rule["rule"] for rule in one.fired),
            )
            for one in found
        ],
        right="No.,Exams,Positives",
    )


@app.command("show")
def show(
    deployment: Where,
    number: Annotated[int, typer.Argument(help="The window's number.")],
    json: JsonFlag = False,
) -> None:
    """Show one window: signals, verdict, the chart, and what it fired."""
    with connect() as client:
        windows = client.list(f"{path_of(client, deployment)}/windows", WindowOut)
    found = next((one for one in windows if one.number == number), None)
    if found is None:
        fail(f"There is no window {number}; the last one is {len(windows)}.", code=Exit.BAD_INPUT)
    if json:
        show_json(found)
    else:
        _show(found)


def _verdict(found: WindowOut) -> Text:
    """Return a window's verdict on performance as printed."""
    verdict = found.performance["verdict"]
    return Text(verdict or "none", style=_STYLES.get(verdict, "yellow"))


def _show(found: WindowOut) -> None:
    """Print one window."""
    where = f"{found.deployment}, window {found.number}"
    say(Text.assemble((where, "bold"), f"  {found.first} – {found.last}, {found.state}"))
    table(
        None,
        ["Finding", "Exams", "A day", "Flagged", "Unscored", "PSI", "KS"],
        [_signals(one) for one in found.signals],
        right="Exams,A day,Flagged,Unscored,PSI,KS",
    )
    reasons = dict.fromkeys(
        f"{name}: {why}" for one in found.signals for name, why in one["undefined"].items()
    )
    for reason in reasons:
        note(f"{reason}.")
    say(Text.assemble("Performance: ", _verdict(found)))
    for reason in found.performance["unfit"]:
        note(f"No verdict: {reason}")
    for one in found.cusum:
        _show_chart(one)
    for one in found.fired:
        mark = (f"{one['action']} ", _ACTIONS[one["action"]])
        say(Text.assemble(mark, f"{one['rule']}: {one['because']}"))


def _signals(one: dict[str, Any]) -> tuple[str, ...]:
    """Return the signals of one finding as a row."""
    return (
        one["finding"] or "",
        f"{one['counts']['exams']:,}",
        f"{one['volume']:.1f}",
        _share(one["flag_rate"]),
        _share(one["unscored"]),
        _number(one["psi"]),
        _number(one["ks"]),
    )


def _show_chart(one: dict[str, Any]) -> None:
    """Print the chart of one finding."""
    finding = f"{one['finding']}: " if one["finding"] else ""
    if one["undefined"] is not None:
        note(f"{finding}no chart, {one['undefined']}.")
        return
    say(
        f"{finding}{one['observed']:,} events observed, {one['expected']:.1f} expected; chart: "
        f"{one['more']:.2f} for more, {one['fewer']:.2f} for fewer"
    )


def _share(value: float | None) -> str:
    """Return a share as printed."""
    return "—" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    """Return a number as printed."""
    return "—" if value is None else f"{value:.3f}"
