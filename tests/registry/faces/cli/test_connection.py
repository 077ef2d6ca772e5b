"""Facts about how `cmr` reaches a registry: embedded, or running elsewhere."""

import hashlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from registry.client import Client, ProblemError
from registry.faces.cli import embedded
from registry.faces.cli.connection import connect, keep_session, log_file, read_session
from registry.services import sessions
from registry.services.work import Workshop
from registry.settings import Settings
from registry.shapes.artifacts import ArtifactOut
from registry.shapes.people import PersonOut
from registry.store.schema import SchemaError
from tests.factories.people import PASSWORD, make_registry
from tests.factories.records import make_model

ROOT = Path(__file__).resolve().parents[4]
MIB = 1 << 20
SIZE = 64
CMR = [sys.executable, "-c", "from registry.faces.cli.main import main; main()"]
# Runs in a process of its own, whose peak of memory is then that of the streaming alone.
ROUND_TRIP = """
import hashlib, resource, sys
from registry.faces.cli.connection import connect
from registry.shapes.artifacts import ArtifactOut
from registry.shapes.versions import FileIn, VersionIn, VersionOut

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def pieces(count):
    for number in range(count):
        yield number.to_bytes(4, "big") * (1 << 18)

with connect() as client:
    client.upload("/artifacts", pieces(1), ArtifactOut)
    before = peak()
    kept = client.upload("/artifacts", pieces(int(sys.argv[1])), ArtifactOut)
    file = FileIn(path="weights.bin", digest=kept.digest, kind="weights")
    body = VersionIn(description="Large", artifacts=[file])
    client.post("/models/heart-cad/versions", body, VersionOut)
    came = hashlib.sha256()
    for piece in client.download(f"/artifacts/{kept.digest}"):
        came.update(piece)
print(kept.digest, kept.size, "sha256:" + came.hexdigest(), peak() - before)
"""


@pytest.fixture
def settings(home: Path) -> Settings:
    """Return the settings of a founded registry of its own."""
    made = Settings(home=home)
    workshop = Workshop.open(made)
    make_model(make_registry(workshop))
    workshop.engine.dispose()
    return made


def signed_in(settings: Settings, login: str) -> str:
    """Sign somebody in and return the session's secret."""
    workshop = Workshop.open(settings)
    with workshop.begin(None) as work:
        opened = sessions.sign_in(work, login=login, password=PASSWORD).result()
    workshop.engine.dispose()
    return opened.secret


class TestEmbedded:
    """The registry inside a command."""

    def test_large_file_there_and_back(self, settings: Settings) -> None:
        """64 MiB arrive and return byte for byte, and are never in memory as a whole."""
        environment = os.environ | {
            "CMR_HOME": str(settings.home),
            "CMR_TOKEN": signed_in(settings, "ml.engineer"),
        }
        ended = subprocess.run(
            [sys.executable, "-c", ROUND_TRIP, str(SIZE)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        sent, size, came, growth = ended.stdout.split()
        expected = hashlib.sha256()
        for number in range(SIZE):
            expected.update(number.to_bytes(4, "big") * (MIB // 4))
        assert sent == came == "sha256:" + expected.hexdigest()
        assert int(size) == SIZE * MIB
        assert int(growth) < SIZE // 2

    def test_socket_is_private_and_leaves_nothing(self, settings: Settings) -> None:
        """Only this user reaches the folder of the socket, and it is gone afterwards."""
        workshop = Workshop.open(settings)
        with embedded.serving(workshop) as path:
            assert stat.S_ISSOCK(path.stat().st_mode)
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert not path.parent.exists()
        workshop.engine.dispose()

    def test_database_without_a_schema(self, tmp_path: Path) -> None:
        """One is told which command helps."""
        with (
            pytest.raises(SchemaError, match="cmr init"),
            connect(Settings(home=tmp_path / "new")),
        ):
            pass

    def test_token_goes_before_the_session(self, settings: Settings) -> None:
        """A script's token speaks, whoever has signed in by hand."""
        keep_session(settings, signed_in(settings, "auditor"))
        with connect(settings) as client:
            assert client.get("/people/me", PersonOut).login == "auditor"
        token = SecretStr(signed_in(settings, "data.steward"))
        with connect(settings.model_copy(update={"token": token})) as client:
            assert client.get("/people/me", PersonOut).login == "data.steward"


class TestSession:
    """The session that is kept between commands."""

    def test_each_registry_has_its_own(self, tmp_path: Path) -> None:
        """Signing in at one says nothing to another."""
        here = Settings(home=tmp_path)
        there = Settings(home=tmp_path, server="https://registry.example.org")
        keep_session(here, "cmrs_here")
        assert read_session(there) is None
        keep_session(there, "cmrs_there")
        assert (read_session(here), read_session(there)) == ("cmrs_here", "cmrs_there")

    def test_signed_out_is_forgotten(self, tmp_path: Path) -> None:
        """The other registry's session stays."""
        here = Settings(home=tmp_path)
        there = Settings(home=tmp_path, server="https://registry.example.org")
        keep_session(here, "cmrs_here")
        keep_session(there, "cmrs_there")
        keep_session(here, None)
        assert (read_session(here), read_session(there)) == (None, "cmrs_there")
        assert "cmrs_here" not in (tmp_path / "session.json").read_text(encoding="utf-8")

    def test_only_its_owner_reads_it(self, tmp_path: Path) -> None:
        """Mode 0600, also where a careless file stood before."""
        (tmp_path / "session.json").write_text("{}", encoding="utf-8")
        (tmp_path / "session.json").chmod(0o644)
        keep_session(Settings(home=tmp_path), "cmrs_here")
        assert stat.S_IMODE((tmp_path / "session.json").stat().st_mode) == 0o600


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cmr(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `cmr` in a process of its own to its end."""
    return subprocess.run(
        [*CMR, *words],
        cwd=ROOT,
        env=os.environ | {"CMR_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def served(settings: Settings) -> Iterator[str]:
    """Return the address of a registry that `cmr serve` serves; stop it as a person would."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [*CMR, "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"CMR_HOME": str(settings.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz").is_success:
                break
        except httpx.TransportError:
            assert process.poll() is None, "cmr serve ended by itself"
            time.sleep(0.1)
    yield address
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) in {0, 130, -signal.SIGINT}


class TestServed:
    """A registry in another process."""

    def test_sign_in_list_and_sign_out(self, served: str, tmp_path: Path) -> None:
        """`cmr` with CMR_SERVER does over the network what it does embedded."""
        client = tmp_path / "client"
        client.mkdir()
        password = client / "password"
        password.write_text(PASSWORD + "\n", encoding="utf-8")
        who = ("login", "auditor", "--password-file", str(password))
        assert cmr(client, *who, CMR_SERVER=served).returncode == 0
        assert served in json.loads((client / "session.json").read_text(encoding="utf-8"))
        listed = cmr(client, "model", "list", "--json", CMR_SERVER=served)
        assert [model["name"] for model in json.loads(listed.stdout)] == ["heart-cad"]
        assert cmr(client, "logout", CMR_SERVER=served).returncode == 0
        refused = cmr(client, "model", "list", CMR_SERVER=served)
        assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
        assert not (client / "registry.db").exists()

    def test_file_over_the_network(self, served: str, settings: Settings) -> None:
        """Bytes stream to a server as they do to the embedded registry."""
        with Client(served, secret=signed_in(settings, "ml.engineer")) as client:
            kept = client.upload("/artifacts", iter([b"a" * MIB, b"b" * MIB]), ArtifactOut)
        assert kept.digest == "sha256:" + hashlib.sha256(b"a" * MIB + b"b" * MIB).hexdigest()


class TestInstallation:
    """`cmr migrate`, `cmr doctor`, `cmr worker`, and a server that is not there."""

    def test_migrate_then_doctor(self, tmp_path: Path) -> None:
        """A new home is unsound until it is migrated, and sound afterwards; twice is no harm."""
        home = tmp_path / "new"
        before = cmr(home, "doctor")
        assert (before.returncode, "cmr init" in before.stderr) == (1, True)
        for _ in range(2):
            assert cmr(home, "migrate").returncode == 0
        after = cmr(home, "doctor")
        lines = [line.split() for line in after.stdout.splitlines()]
        assert (after.returncode, ["Schema", "current"] in lines) == (0, True)
        assert str(home) in after.stdout

    def test_worker_stops_when_told(self, settings: Settings) -> None:
        """A worker without work waits, and a polite signal ends it well."""
        process = subprocess.Popen(
            [*CMR, "worker"],
            cwd=ROOT,
            env=os.environ | {"CMR_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert "Waiting for jobs" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        process.stdout.close()

    def test_server_that_is_not_there(self, tmp_path: Path) -> None:
        """The address is named, and no trace is printed."""
        address = f"http://127.0.0.1:{free_port()}"
        ended = cmr(tmp_path, "model", "list", CMR_SERVER=address)
        assert (ended.returncode, address in ended.stderr) == (1, True)
        assert "Traceback" not in ended.stderr

    def test_setting_that_cannot_be(self, tmp_path: Path) -> None:
        """The variable is named as the environment spells it."""
        ended = cmr(tmp_path, "model", "list", CMR_SESSION_HOURS="long")
        assert (ended.returncode, "CMR_SESSION_HOURS" in ended.stderr) == (2, True)


class TestBugs:
    """What should not happen."""

    def test_trace_is_kept_and_not_printed(self, settings: Settings) -> None:
        """A session file that is no JSON is told in a sentence that says where more is."""
        (settings.home / "session.json").write_text("{", encoding="utf-8")
        ended = cmr(settings.home, "whoami")
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert str(log_file(settings)) in ended.stderr.replace("\n", "")
        assert "JSONDecodeError" in log_file(settings).read_text(encoding="utf-8")

    def test_failing_request_is_logged_beside_the_registry(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Where artifacts cannot be kept, the caller has a sentence and the log the trace."""
        shutil.rmtree(settings.home / "artifacts", ignore_errors=True)
        (settings.home / "artifacts").write_text("no folder", encoding="utf-8")
        keep_session(settings, signed_in(settings, "ml.engineer"))
        with connect(settings) as client, pytest.raises(ProblemError) as refused:
            client.upload("/artifacts", iter([b"x"]), ArtifactOut)
        assert (refused.value.problem.status, refused.value.problem.code) == (500, "unexpected")
        name = refused.value.problem.detail.removesuffix(".").rsplit(" ", 1)[1]
        log = log_file(settings).read_text(encoding="utf-8")
        assert name in log
        assert "Traceback" in log
        assert "Traceback" not in capsys.readouterr().err

    def test_interrupted_command_ends_quietly(self, settings: Settings) -> None:
        """Ctrl-C at the question for a password is no trace."""
        process = subprocess.Popen(
            [*CMR, "login", "auditor"],
            cwd=ROOT,
            env=os.environ | {"CMR_HOME": str(settings.home)},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # without a terminal the question is put on this pipe
        )
        assert process.stderr is not None
        said = b""
        while b"Password" not in said:
            piece = process.stderr.read(1)
            assert piece, said
            said += piece
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
        assert process.returncode != 0
        assert b"Traceback" not in said + rest
