"""Trying policies at the command line: what one would have said, what two differ in, who signs."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, fail, note, say, show_json, table
from registry.shapes.policies import PolicyDifferenceOut, PolicyIn, SeatOut, TrialOut, TrialsOut

Shipped = Annotated[
    str | None, typer.Option("--shipped", help="Instead: a policy that ships with the registry.")
]
File = Annotated[Path | None, typer.Argument(help="The policy, TOML.", exists=True, dir_okay=False)]
_EFFECTS = {"stricter": "yellow", "looser": "red", "other": "dim"}


def body_of(file: Path | None, shipped: str | None, *, beside: bool = False) -> PolicyIn:
    """Return a policy as it is sent: a file's text, or the name of one that ships."""
    if (file is None) == (shipped is None):
        fail("Give a file, or --shipped with a name.", code=Exit.BAD_INPUT)
    text = None if file is None else file.read_text(encoding="utf-8")
    return PolicyIn(text=text, shipped=shipped, beside=beside)


def split(policy: str) -> tuple[str, int]:
    """Return name and version of text such as standard/1, or end by saying how it is written."""
    name, _, version = policy.rpartition("/")
    if not name or "/" in name or not version.isdecimal():
        fail(f"“{policy}” is not a policy; write name/version.", code=Exit.BAD_INPUT)
    return name, int(version)


def try_policy(file: File = None, shipped: Shipped = None, json: JsonFlag = False) -> None:
    """Say what a policy would have said about every version so far; nothing is kept.

    Each version's last dossier is judged as of the day it was frozen, with the sign-offs given.
    """
    with connect() as client:
        found = client.post("/policies/trials", body_of(file, shipped), TrialsOut)
    if json:
        show_json(found)
        return
    for one in found.versions:
        _show_trial(one)
    changed = sum(bool(one.added or one.gone) for one in found.versions)
    many = "one version" if len(found.versions) == 1 else f"{len(found.versions)} versions"
    say(f"{found.policy}: {many} reviewed so far, {changed or 'none'} of them judged otherwise.")
    if found.without:
        note(f"No dossier, so nothing to judge: {', '.join(found.without)}.")


def _show_trial(one: TrialOut) -> None:
    """Print what a policy says about one version."""
    say(Text.assemble((one.version, "bold"), f"  dossier {one.dossier}, {one.outcome}"))
    say(f"  then, under {one.under}: {_count(one.then)}; now: {_count(one.now)}")
    for what in one.added:
        say(Text.assemble(("  + ", "bold yellow"), what))
    for what in one.gone:
        say(Text.assemble(("  − ", "bold red"), what))
    say("")


def _count(what: list[str]) -> str:
    """Return how much stands in the way."""
    if not what:
        return "nothing in the way"
    return "one thing in the way" if len(what) == 1 else f"{len(what)} things in the way"


def diff(
    before: Annotated[str, typer.Argument(help="The earlier policy, as name/version.")],
    after: Annotated[str, typer.Argument(help="The later one, as name/version.")],
    json: JsonFlag = False,
) -> None:
    """Say in plain words what two policies ask differently; shipped ones may be named, too."""
    (from_name, from_version), (name, version) = split(before), split(after)
    with connect() as client:
        found = client.list(
            f"/policies/{name}/{version}/differences",
            PolicyDifferenceOut,
            params={"from_name": from_name, "from_version": from_version},
        )
    if json:
        show_json(found)
        return
    if not found:
        say(f"{before} and {after} ask the same.")
    tier = ""
    for one in found:
        if one.tier != tier:
            tier = one.tier
            say(Text(f"\n{tier}", style="bold"))
        effect = (f"  [{one.effect}]", _EFFECTS[one.effect])
        say(Text.assemble(f"  {one.what}: {one.before} → {one.after}", effect))


def seats(json: JsonFlag = False) -> None:
    """List who must sign, and whether enough people hold each role."""
    with connect() as client:
        found = client.list("/policies/seats", SeatOut)
    if json:
        show_json(found)
        return
    rows = [(one.policy, one.tier, one.role, str(one.asked), _held(one)) for one in found]
    table(None, ["Policy", "Tier", "Role", "Asked", "Held by"], rows, right="Asked,Held by")
    for sentence in short(found):
        say(Text(sentence, style="bold red"))


def _held(one: SeatOut) -> Text:
    """Return how many hold a role, red where they are too few."""
    return Text(str(one.held), style="bold red" if one.held < one.asked else "")


def short(found: list[SeatOut]) -> list[str]:
    """Return where fewer people hold a role than must sign, one sentence each."""
    return [
        f"{one.policy}, {one.tier}: {one.asked} must sign as {one.role}, {_holders(one.held)}; no "
        "review opens until more are enrolled."
        for one in found
        if one.held < one.asked
    ]


def _holders(held: int) -> str:
    """Return in words how many hold a role."""
    if held > 1:
        return f"{held} hold the role"
    return "1 holds the role" if held else "nobody holds the role"


def no_such(name: str | None, known: list[str]) -> NoReturn:
    """End by saying that no policy of a name ships, and which do."""
    fail(f"No policy ships as “{name}”; there are {', '.join(known)}.", code=Exit.BAD_INPUT)
