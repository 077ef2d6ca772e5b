"""Databases: a private PostgreSQL for the tests, started, handed over and stopped again.

``python -m tests.databases COMMAND …`` runs a command with CMR_TEST_POSTGRES set to a server
that lives only as long as the command does, on a Unix socket, in a folder that is then deleted.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "CMR_TEST_POSTGRES"
NEEDED = "apt-get install --yes postgresql"
COPY = "STRATEGY FILE_COPY"  # a small database is copied faster so, where nothing is synced
SETTINGS = (
    "listen_addresses=",  # a Unix socket only
    "fsync=off",  # the data are thrown away
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=256MB",
    "max_connections=60",
)

MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of the system, in which a new one is made
ROOM = 1 << 30  # bytes that the server may take up there


class PostgresMissingError(Exception):
    """No PostgreSQL server is installed."""


def binaries() -> Path:
    """Return the folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)
    on_path = shutil.which("postgres")
    if not found and on_path is None:
        raise PostgresMissingError(f"PostgreSQL is not installed; run once: sudo {NEEDED}")
    return found[0].parent if found else Path(str(on_path)).parent


def _as_owner() -> list[str]:
    """Return what runs a command as somebody whom PostgreSQL accepts: never root."""
    return (
        ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        if (os.geteuid() == 0)
        else []
    )


def roomy() -> Path:
    """Return where a server's files go: into memory where there is room, else on the disk.

    Each test has a database of its own, several hundred files that are copied and deleted again:
    on a disk that is most of what such a test takes.
    """
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        return MEMORY
    return Path("/tmp")  # noqa: S108 -- likewise; its short name fits a Unix socket


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the address of a new PostgreSQL server that lives as long as the block."""
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="cmr-postgres-", dir=roomy()))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    data = folder / "data"
    prefix = _as_owner()
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    initdb = [programs / "initdb", "-D", data, "-U", "cmr", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(
        [*prefix, *map(str, initdb)], check=True, capture_output=True, cwd=folder, env=environment
    )
    options = [part for setting in SETTINGS for part in ("-c", setting)]
    server = subprocess.Popen(
        [*prefix, str(programs / "postgres"), "-D", str(data), "-k", str(folder), *options],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(programs, folder, server)
        yield f"postgresql://cmr@/postgres?host={folder}"
    finally:
        server.terminate()
        server.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _await(programs: Path, folder: Path, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers."""
    for _ in range(600):
        asked = subprocess.run([str(programs / "pg_isready"), "-h", str(folder), "-q"], check=False)
        if asked.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError("the PostgreSQL of the tests did not start")


def main(command: list[str]) -> int:
    """Run a command beside a PostgreSQL of its own."""
    with postgres() as address:
        environment = {**os.environ, VARIABLE: address}
        return subprocess.run(command, check=False, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
