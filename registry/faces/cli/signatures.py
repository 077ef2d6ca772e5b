"""`cmr signature`: what people signed, taken out of the registry and checked without it."""

import base64
import binascii
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from registry.client import Client
from registry.domain import attestations, proving
from registry.domain.digests import canonical, digest_of
from registry.domain.errors import BadInputError
from registry.domain.proving import Proved
from registry.domain.signatures import WORDS, key_name
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json
from registry.faces.cli.downloads import save, tell
from registry.shapes.audit import KeyOut
from registry.shapes.signatures import EnvelopeOut, ProofOut, SignatureBundleOut

app = typer.Typer(
    help="Signatures: taken out as a small file, and checked without the registry.",
    no_args_is_help=True,
)
Out = Annotated[Path, typer.Option(help="Where to write the file.")]
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A JSON file.", exists=True, dir_okay=False)
]


@app.command("key")
def key(as_json: JsonFlag = False) -> None:
    """Show the registry's public key; compare its name with that on a card."""
    with connect() as client:
        found = client.get("/keys", KeyOut)
    name = key_name(base64.b64decode(found.public_key))
    if as_json:
        show_json({"key": name, "origin": found.name, "public": found.public_key})
        return
    say(Text.assemble((name, "bold"), f"  Ed25519, of {found.name}"))
    note(found.public_key)


def of_review(
    review: Annotated[UUID, typer.Argument(help="The review's id.", metavar="REVIEW")],
    out: Out,
    dsse: Annotated[
        bool, typer.Option("--dsse", help="Dossier and signatures as DSSE over in-toto.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Write every signature of a review to a small file that verifies without the registry."""
    with connect() as client:
        found: SignatureBundleOut | EnvelopeOut
        if dsse:
            found = client.get(f"/reviews/{review}/attestation", EnvelopeOut)
        else:
            found = client.get(f"/reviews/{review}/signatures", SignatureBundleOut)
    tell(save([canonical(found.model_dump(mode="json", by_alias=True))], out), as_json=as_json)


@app.command("about")
def about(
    subject: Annotated[
        str, typer.Argument(help="heart-cad/2, Hungary, “model heart-cad”, or a digest.")
    ],
    out: Out,
    documents: Annotated[
        bool, typer.Option("--documents", help="With the documents that were signed.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Write every signature about a subject to a small file that verifies without the registry.

    A version's: reviews, decisions, conditions, waivers, delegations, suspensions, deployments.
    “model NAME”: plans and hazard logs. “person LOGIN”: emergency access.
    """
    with connect() as client:
        found = client.get(
            "/signatures", SignatureBundleOut, params={"subject": subject, "documents": documents}
        )
    tell(save([canonical(found.model_dump(mode="json", by_alias=True))], out), as_json=as_json)


@app.command("collect")
def collect(file: File, out: Out, as_json: JsonFlag = False) -> None:
    """Complete the signatures in a JSON file, such as any `cmr … --json` prints, to a bundle."""
    found = list(proving.found_in(_read(file)))
    if not found:
        raise BadInputError(f"{file} holds no signature of a person.", field="file")
    with connect() as client:
        known = client.get("/keys", KeyOut)
        made = proving.bundle(
            found,
            origin=known.name,
            public=base64.b64decode(known.public_key),
            assertion=lambda digest: _assertion(client, digest),
        )
    tell(save([canonical(made)], out), as_json=as_json)


def _assertion(client: Client, digest: str) -> dict[str, Any]:
    """Return what a passkey answered, as the registry keeps it."""
    proof = client.get(f"/assertions/{digest}", ProofOut)
    return proof.model_dump(mode="json", by_alias=True)


@app.command("verify")
def verify(
    file: File,
    document: Annotated[
        list[Path] | None,
        typer.Option(help="A document that must be among those signed.", exists=True),
    ] = None,
    trusted: Annotated[
        str | None, typer.Option("--key", help="Name of the registry's key that you trust.")
    ] = None,
    public: Annotated[
        str | None, typer.Option(help="Its public half, base64, where the file has none.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check signatures offline: a bundle, a DSSE envelope, or a card's signatures.json.

    Ends with 2 where anything was changed; says what.
    """
    found = _read(file)
    bundle = _bundle(found, trusted=trusted, public=public)
    proved = proving.verified_all(bundle, trusted=trusted)
    _require_signed(proved, document or [])
    by = bundle["registry"]["key"]
    if as_json:
        show_json({"holds": True, "registry": bundle["registry"], "signatures": _plain(proved)})
        return
    for one in proved:
        _say(one)
    say(Text(f"{len(proved)} of {len(proved)} signatures hold.", style="bold green"))
    if bundle.get("documents"):
        brought = len(bundle["documents"])
        are = f"{brought} documents are in it, each" if brought > 1 else "1 document is in it,"
        say(f"{are} as it was signed.")
    trust = "as you asked" if trusted else "compare this name with one that you know"
    note(f"By the key {by} of {bundle['registry']['origin']}; {trust}.")


def _bundle(found: dict[str, Any], *, trusted: str | None, public: str | None) -> dict[str, Any]:
    """Return the bundle in a file of any of the three kinds."""
    if "payloadType" in found:
        inner: dict[str, Any] = attestations.opened(found, trusted=trusted)["signatures"]
        return inner
    if found.get("schema") == proving.SCHEMA or public is None:
        return found
    try:
        known = base64.b64decode(public, validate=True)
    except binascii.Error as error:
        raise BadInputError("this is not base64.", field="public") from error
    signatures = list(proving.found_in(found))
    if not signatures:
        raise BadInputError("the file holds no signature of a person.", field="file")
    return {
        "schema": proving.SCHEMA,
        "registry": {"origin": "the registry", "key": key_name(known), "public": public},
        "signatures": signatures,
    }


def _require_signed(proved: Sequence[Proved], documents: Sequence[Path]) -> None:
    """Refuse where a document is not among those whose digests were signed."""
    signed = {one.statement["digest"] for one in proved}
    for path in documents:
        digest = digest_of(path.read_bytes())
        if digest not in signed:
            raise BadInputError(f"nobody signed {path}; it is {digest}.", field="document")


def _plain(proved: Sequence[Proved]) -> list[dict[str, Any]]:
    """Return what holds as JSON."""
    return [
        {
            "statement": dict(one.statement),
            "method": one.method,
            "key": one.key,
            "confirmed_by": one.confirmed_by,
        }
        for one in proved
    ]


def _say(one: Proved) -> None:
    """Print one signature: who, as what, what is stated, over what, when and by what."""
    told = one.statement
    role = f", {told['role']}" if told["role"] else ""
    say(Text.assemble(("✓ ", "green"), (f"{told['signer']['name']}{role}", "bold")))
    reasons = f" {told['reasons']}" if told["reasons"] else ""
    say(f"  “{told['meaning']}” on {told['subject']}.{reasons}")
    note(f"  {told['at'][:19].replace('T', ' ')} UTC, by {WORDS[one.method]}")
    whose = "" if one.confirmed_by is None else f", confirmed by {one.confirmed_by}"
    note(f"  key {one.key}{whose}")
    note(f"  {told['digest']}")


def _read(path: Path) -> dict[str, Any]:
    """Return the JSON object that a file holds, or the list of a list under one name.

    Raises
    ------
    BadInputError
        When it holds none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise BadInputError(f"{path} is not JSON ({error}).", field="file") from error
    return found if isinstance(found, dict) else {"documents": found}
