"""Uploads: an artifact streamed through the API, against hashing and writing the same bytes."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import numpy as np

from bench.measuring import Line, Sizes, cpu_seconds
from bench.registries import open_registry
from registry.domain.people import Role
from registry.faces.server import create_app
from tests.factories.people import PASSWORD, login_of

SUBJECT = "artifact"
PIECE = 1 << 20
ORIGIN = "http://bench/api/v1"


class LostBytesError(Exception):
    """What the API kept is not what was sent."""


def measure(sizes: Sizes, folder: Path) -> Iterator[Line]:
    """Yield the line about keeping an artifact."""
    registry = open_registry(folder / "uploads")
    transport = httpx.ASGITransport(app=create_app(registry.workshop))
    rng = np.random.default_rng(1)
    pieces = [rng.bytes(PIECE) for _ in range(sizes.mebibytes)]
    token = asyncio.run(_sign_in(transport))
    expected = _write(folder / "plain.bin", pieces)

    def upload() -> None:
        kept = asyncio.run(_send(transport, token, pieces))
        if kept != expected:
            raise LostBytesError(f"sent {expected}, kept {kept}")

    yield Line(
        subject=SUBJECT,
        what=f"upload {sizes.mebibytes} MiB through the API, kept by digest",
        against="floor: SHA-256, write and fsync of the same bytes",
        ours=cpu_seconds(upload, repeats=sizes.repeats),
        peer=cpu_seconds(lambda: _write(folder / "plain.bin", pieces), repeats=sizes.repeats),
    )
    registry.workshop.engine.dispose()


async def _sign_in(transport: httpx.ASGITransport) -> str:
    """Return the token of a session of somebody who may keep artifacts."""
    who = {"login": login_of(Role.ML_ENGINEER), "password": PASSWORD}
    async with httpx.AsyncClient(transport=transport) as client:
        answer = await client.post(f"{ORIGIN}/sessions", json=who)
    return str(answer.raise_for_status().json()["token"])


async def _send(transport: httpx.ASGITransport, token: str, pieces: list[bytes]) -> str:
    """Send bytes piece by piece, as a client over a network does, and return their digest."""

    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    signed_in = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, headers=signed_in) as client:
        answer = await client.post(f"{ORIGIN}/artifacts", content=stream())
    return str(answer.raise_for_status().json()["digest"])


def _write(path: Path, pieces: list[bytes]) -> str:
    """Hash and write bytes in one pass, make them durable, and return their digest."""
    hashed = hashlib.sha256()
    with path.open("wb") as out:
        for piece in pieces:
            hashed.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return "sha256:" + hashed.hexdigest()
