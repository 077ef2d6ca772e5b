"""`cmr audit witness`: somebody outside who remembers the trail and co-signs what extends it."""

import time
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.client import Client
from registry.domain import checkpoints, notes, witnessing
from registry.domain.errors import BadInputError
from registry.domain.notes import Kind, PrivateKey, PublicKey
from registry.domain.witnessing import Memory
from registry.faces.cli.bundles import public_key
from registry.faces.cli.connection import connect
from registry.faces.cli.console import JsonFlag, note, say, show_json
from registry.faces.cli.files import write_new, write_whole
from registry.settings import Settings
from registry.shapes.audit import CheckpointOut, ConsistencyOut, CosignatureIn, KeyOut


def witness(
    key: Annotated[
        Path, typer.Option("--key", help="The witness's private key; made here with --name.")
    ],
    state: Annotated[
        Path, typer.Option("--state", help="What the witness remembers; written before it signs.")
    ],
    name: Annotated[
        str | None,
        typer.Option(help="Name of a new key, such as witness.example.org/w1."),
    ] = None,
    trust: Annotated[
        str | None,
        typer.Option(help="The registry's public key, for the first time: word or file."),
    ] = None,
    server: Annotated[
        str | None, typer.Option(help="Address of the registry; CMR_SERVER without it.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the co-signed note to this file.")
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Hand the co-signature to the registry, to keep.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fetch the newest checkpoint, see that it extends the last one, and co-sign it.

    Run it on a schedule, on a machine that the registry's administrators do not run, with a token
    of the scope “witness”. A trail that shrank or forked is refused with 1, and what was
    remembered is kept.
    """
    secret = _key(key, name)
    settings = Settings()
    chosen = settings if server is None else settings.model_copy(update={"server": server})
    with connect(chosen) as client:
        found = client.get("/trail/checkpoint", CheckpointOut).note
        memory, first = _remembered(client, state, found, trust)
        proof = _proof(client, memory, found)
        memory = witnessing.extend(memory, found, proof)
        write_whole(state, memory.document())
        line = notes.cosign(memory.note, secret, at=int(time.time()))
        if send:
            _send(client, secret, memory, line)
    if save is not None:
        write_whole(save, (memory.note + line).encode())
    if as_json:
        show_json({**witnessing.described(memory), "note": memory.note + line,
                   "witness": secret.public().text(), "sent": send})  # fmt: skip
        return
    seen = memory.seen
    if first and trust is None:
        note(f"Trusted from now on, on its own word: {memory.key.text()}. Compare it.")
    how = "were seen for the first time" if first else "extend what was seen"
    say(f"The first {seen.size:,} entries of {seen.origin} {how}; co-signed.")
    if save is None:
        say(memory.note + line)


def _key(path: Path, name: str | None) -> PrivateKey:
    """Return the witness's key, made with its name where there is none yet."""
    if not path.exists():
        if name is None:
            raise BadInputError(
                f"“{path}” is not there; give --name to make a key, such as "
                "witness.example.org/w1.",
                field="key",
            )
        made = _new_key(name)
        write_new(path, f"{made.text()}\n".encode())
        note(f"New key of the witness; tell others its public half: {made.public().text()}")
        return made
    try:
        return witnessing.require_witness(
            notes.private_key(path.read_text(encoding="utf-8").strip())
        )
    except (OSError, ValueError) as error:
        raise BadInputError(f"“{path}” is no key of a witness: {error}.", field="key") from None


def _new_key(name: str) -> PrivateKey:
    """Return a new key for co-signatures."""
    try:
        called = notes.require_name(name)
    except ValueError as error:
        raise BadInputError(f"{error}.", field="name") from None
    return PrivateKey(name=called, key=Ed25519PrivateKey.generate(), kind=Kind.COSIGNATURE)


def _remembered(client: Client, state: Path, found: str, trust: str | None) -> tuple[Memory, bool]:
    """Return what is remembered of the trail, and whether it is seen for the first time."""
    given = None if trust is None else public_key(trust, field="trust")
    if not state.exists():
        return witnessing.first_seen(found, given or _announced(client)), True
    try:
        memory = Memory.read(state.read_bytes())
    except (OSError, ValueError) as error:
        raise BadInputError(
            f"“{state}” is damaged: {error}. Do not delete it before you know why.", field="state"
        ) from None
    if given is not None and given != memory.key:
        raise BadInputError(
            f"the state was written for {memory.key.text()}; another key is another registry.",
            field="trust",
        )
    return memory, False


def _announced(client: Client) -> PublicKey:
    """Return the key that the registry announces."""
    return notes.public_key(client.get("/audit/keys", KeyOut).verifier_key)


def _proof(client: Client, memory: Memory, found: str) -> list[bytes]:
    """Return the proof that leads from what was seen to what was found, if one is needed."""
    if not witnessing.needs_proof(memory, found):
        return []
    sizes = {"from": memory.seen.size, "to": checkpoints.read(found).size}
    proof = client.get("/audit/proofs/consistency", ConsistencyOut, params=sizes)
    try:
        return [bytes.fromhex(one) for one in proof.hashes]
    except ValueError:
        return []  # then it proves nothing, and is refused


def _send(client: Client, secret: PrivateKey, memory: Memory, line: str) -> None:
    """Hand a co-signature to the registry."""
    body = CosignatureIn(size=memory.seen.size, witness=secret.public().text(), line=line)
    client.post("/trail/cosignatures", body, CheckpointOut)
