"""`cmr permit`: asking whether a version may run at a hospital now, and verifying the answer."""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.text import Text

from registry.client import UnreachableError
from registry.domain import permits as rules
from registry.domain.errors import BadInputError
from registry.domain.permits import Asked, Finding, Memory, Verdict
from registry.domain.policies import Rung
from registry.domain.trail import instant_text
from registry.faces.cli.connection import connect
from registry.faces.cli.console import Exit, JsonFlag, err, note, say, show_json
from registry.faces.cli.files import write_whole
from registry.shapes.permits import PermitIn, PermitOut, PublicKeyOut

app = typer.Typer(help="May a version run at a hospital now?", no_args_is_help=True)
Version = Annotated[str, typer.Argument(help="The version, as model/number.", metavar="VERSION")]
Site = Annotated[str, typer.Option(help="The hospital, as registered.")]
RungOption = Annotated[str, typer.Option("--rung", help="silent, pilot or general.")]
Use = Annotated[str | None, typer.Option(help="For what; without it, the approved use.")]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        help="A file that is to run; it must be the version's. May be given more than once.",
        exists=True,
        dir_okay=False,
    ),
]
StateFile = Annotated[
    Path | None,
    typer.Option(
        "--state",
        help="What is remembered: an older answer, or a clock set back, is then found out.",
        dir_okay=False,
    ),
]
_MARKS = {
    Verdict.PERMITTED: ("✓ permitted", "bold green"),
    Verdict.GRACE: ("✓ permitted, in grace", "bold yellow"),
    Verdict.ALARM: ("! permitted, in grace", "bold red"),
    Verdict.STOPPED: ("✗ stop", "bold red"),
}
_KINDS = {
    "not met": Exit.NOT_MET,
    "insufficient evidence": Exit.INSUFFICIENT,
    "missing": Exit.WAITING,
}


@app.command("ask")
def ask(  # noqa: PLR0913 -- one option for each thing that may be said
    version: Version,
    *,
    site: Site,
    rung: RungOption,
    use: Use = None,
    file: Files = None,
    out: Annotated[
        Path | None, typer.Option(help="Keep the signed answer here, to verify it with.")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(
            help="Verify the answer by this key; if the registry is away, the one kept in --out.",
            dir_okay=False,
        ),
    ] = None,
    state: StateFile = None,
    json_: JsonFlag = False,
) -> None:
    """Ask whether a version may run at a hospital now.

    Ends with 0 when permitted, 3 when something is not met, 5 when it waits for people. With --key
    and --out an answer that was kept is relied on for its grace if the registry is away.
    """
    asked = _asked(version, site=site, rung=rung, use=use, files=file or [])
    try:
        found = _answer(asked)
    except UnreachableError as away:
        if key is None or out is None or not out.exists():
            raise
        err.print(str(away), soft_wrap=True)
        _conclude(_verified(asked, out, key, state, unreachable=True), as_json=json_)
    if out is not None:
        write_whole(out, json.dumps(found.model_dump(mode="json", by_alias=True)).encode())
    if key is not None and out is not None:
        verdict = _verified(asked, out, key, state, unreachable=False)
        if found.permit == "yes" and verdict.verdict is Verdict.STOPPED:
            _conclude(verdict, as_json=json_)
    if json_:
        show_json(found)
    else:
        _show(found)
    if found.permit == "no":
        raise typer.Exit(int(_KINDS[found.reasons[0]["kind"]]))


def _answer(asked: Asked) -> PermitOut:
    """Return the registry's answer."""
    body = PermitIn(
        version=asked.version,
        site=asked.site,
        rung=asked.rung.value,
        use=asked.use,
        artifacts=list(asked.artifacts),
    )
    with connect() as client:
        return client.post("/permits", body, PermitOut)


def _show(found: PermitOut) -> None:
    """Print an answer."""
    yes = found.permit == "yes"
    mark = ("✓ yes", "bold green") if yes else ("✗ no", "bold red")
    say(Text.assemble(mark, f"  {found.version} at {found.site}, {found.rung} use"))
    for one in found.reasons:
        waits = f"  → {one['waits_for']}" if one["waits_for"] else ""
        say(Text.assemble(one["what"], (waits, "cyan")))
    if yes:
        note(f"Holds until {_at(found.expires_at)}; for: {found.use}")
        alarm, end = _at(found.alarm_from), _at(found.grace_until)
        note(f"If the registry is away: alarm from {alarm}, end {end}.")


def _at(instant: str | None) -> str:
    """Return an instant as a person reads it, to the second; it is cut, so that none is late."""
    return f"{str(instant)[:19].replace('T', ' ')} UTC"


@app.command("verify")
def verify(  # noqa: PLR0913 -- one option for each thing that may be said
    version: Version,
    *,
    last: Annotated[
        Path,
        typer.Option(help="The last answer, as `cmr permit ask --out` kept it.", dir_okay=False),
    ],
    key: Annotated[
        Path,
        typer.Option(help="The registry's public key, of `cmr permit key`.", dir_okay=False),
    ],
    site: Site,
    rung: RungOption,
    use: Use = None,
    file: Files = None,
    unreachable: Annotated[
        bool,
        typer.Option(
            "--unreachable", help="The registry was asked just now and did not answer: use grace."
        ),
    ] = False,
    state: StateFile = None,
    json_: JsonFlag = False,
) -> None:
    """Verify an answer without a server: signature, scope and time.

    Ends with 0 while the version may run, with 3 when it must stop.
    """
    asked = _asked(version, site=site, rung=rung, use=use, files=file or [])
    _conclude(_verified(asked, last, key, state, unreachable=unreachable), as_json=json_)


def _verified(
    asked: Asked, last: Path, key: Path, state: Path | None, *, unreachable: bool
) -> Finding:
    """Return what a kept answer comes to now, and remember it."""
    known = state is not None and state.exists()
    found, after = rules.verify(
        _read(last, "last"),
        public=_public(key),
        asked=asked,
        now=datetime.now(UTC),
        unreachable=unreachable,
        memory=_memory(_read(state, "state")) if known and state is not None else None,
    )
    if state is not None:
        write_whole(state, json.dumps(_remembered(after)).encode())
    return found


def _conclude(found: Finding, *, as_json: bool) -> NoReturn:
    """Say what a permit comes to, and end; an alarm is told on the error stream, too."""
    until = None if found.until is None else instant_text(found.until)
    if as_json:
        show_json({"verdict": found.verdict.value, "because": found.because, "until": until})
    else:
        say(Text.assemble(_MARKS[found.verdict], f"  {found.because}"))
        if until is not None:
            note(f"Until {_at(until)}")
    if found.verdict is Verdict.ALARM:
        err.print(Text.assemble(("ALARM ", "bold red"), found.because), soft_wrap=True)
    raise typer.Exit(int(Exit.NOT_MET if found.verdict is Verdict.STOPPED else Exit.DONE))


@app.command("key")
def public_key(
    out: Annotated[Path, typer.Option(help="Where to write the key, base64.")],
    json_: JsonFlag = False,
) -> None:
    """Write the public key by which answers are verified; keep it where the model runs."""
    with connect() as client:
        found = client.get("/permits/key", PublicKeyOut)
    write_whole(out, (found.public + "\n").encode())
    if json_:
        show_json(found)
        return
    say(f"{out}: key {found.key}")
    note("Compare the name with the registry's administrator, by another way than this one.")


def _asked(version: str, *, site: str, rung: str, use: str | None, files: list[Path]) -> Asked:
    """Return what is to run; files by their digests."""
    try:
        wanted = Rung(rung)
    except ValueError:
        raise BadInputError(
            f"“{rung}” is no rung; write silent, pilot or general.", field="rung"
        ) from None
    digests = tuple(f"sha256:{hashlib.sha256(one.read_bytes()).hexdigest()}" for one in files)
    return Asked(version=version, site=site, rung=wanted, use=use, artifacts=digests)


def _read(path: Path, field: str) -> dict[str, Any]:
    """Return the JSON object in a file."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInputError(f"“{path}” cannot be read as JSON ({error}).", field=field) from None
    if not isinstance(found, dict):
        raise BadInputError(f"“{path}” holds no JSON object.", field=field)
    return found


def _public(path: Path) -> bytes:
    """Return the 32 bytes of a public key file."""
    try:
        return base64.b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, binascii.Error) as error:
        raise BadInputError(
            f"“{path}” holds no public key ({error}); `cmr permit key` writes one.", field="key"
        ) from None


def _memory(said: dict[str, Any]) -> Memory:
    """Return what was remembered."""
    try:
        times = [
            None if said[name] is None else datetime.fromisoformat(said[name])
            for name in ("seen_at", "answered_at")
        ]
        return Memory(seen_at=times[0], answered_at=times[1], answer=said["answer"])
    except (KeyError, TypeError, ValueError):
        raise BadInputError(
            "this is not what `cmr permit verify` remembered; delete it only after asking anew.",
            field="state",
        ) from None


def _remembered(memory: Memory) -> dict[str, Any]:
    """Return what is remembered, as JSON."""
    return {
        "seen_at": None if memory.seen_at is None else instant_text(memory.seen_at),
        "answered_at": None if memory.answered_at is None else instant_text(memory.answered_at),
        "answer": memory.answer,
    }
