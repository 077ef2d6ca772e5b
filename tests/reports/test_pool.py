"""Facts about processes that are kept warm."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.errors import FontsMissingError, ReportError, TooLongError
from reports.pool import Pool, ProcessDiedError

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import os, signal
from reports.pool import Pool
if __name__ == "__main__":
    print(Pool().run(os.getpid), flush=True)
    signal.raise_signal(signal.SIGKILL)
"""


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Yield a pool of one process."""
    with Pool() as one:
        yield one


def is_there(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()


class TestRun:
    """A function in a process of its own."""

    def test_stays_warm(self, pool: Pool) -> None:
        """The next function runs in the same process, which is not ours."""
        first = pool.run(os.getpid)
        assert first != os.getpid()
        assert pool.run(os.getpid) == first

    def test_raises_what_was_raised(self, pool: Pool) -> None:
        """With the place where it was raised; the process goes on."""
        first = pool.run(os.getpid)
        with pytest.raises(ValueError, match="invalid literal") as caught:
            pool.run(int, "x")
        assert "Traceback" in caught.value.__notes__[0]
        assert pool.run(os.getpid) == first

    def test_survives_a_killed_process(self, pool: Pool) -> None:
        """A process that the machine killed is replaced; whoever asks next sees nothing of it."""
        first = pool.run(os.getpid)
        os.kill(first, signal.SIGKILL)
        assert pool.run(os.getpid) != first

    def test_what_kills_every_process_is_an_error(self, pool: Pool) -> None:
        """After the second; and the pool lives on."""
        with pytest.raises(ProcessDiedError, match="twice"):
            pool.run(signal.raise_signal, signal.SIGKILL)
        assert pool.run(abs, -1) == 1

    def test_what_hangs_is_ended(self) -> None:
        """It does not hold the pool for ever."""
        with Pool(seconds=0.01) as pool, pytest.raises(ProcessDiedError, match="more than 0 s"):
            pool.run(time.sleep, 3600)

    def test_makes_room_after_its_share(self) -> None:
        """Memory that a process gathered is given back."""
        with Pool(tasks=2) as pool:
            pids = [pool.run(os.getpid) for _ in range(4)]
        assert pids[0] == pids[1] != pids[2] == pids[3]


class TestClose:
    """The end."""

    def test_no_process_is_left(self) -> None:
        """Neither after closing."""
        with Pool() as pool:
            pid = pool.run(os.getpid)
        assert not is_there(pid)

    def test_ends_with_its_server(self) -> None:
        """Nor when the server was killed and could close nothing."""
        ran = subprocess.run(
            [sys.executable, "-c", SERVER], cwd=ROOT, capture_output=True, check=False
        )
        assert ran.returncode == -signal.SIGKILL
        pid, patience = int(ran.stdout), 3000
        while patience and is_there(pid):
            patience -= 1
            time.sleep(0.01)
        assert not is_there(pid)


class TestErrors:
    """Errors that come through a pipe."""

    @pytest.mark.parametrize(
        "error", [TooLongError(5), FontsMissingError(["a.ttf"], folder="fonts")]
    )
    def test_travel_whole(self, error: ReportError) -> None:
        """Class, sentence and facts, whatever the class asks to be made from."""
        came = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
        assert type(came) is type(error)
        assert (str(came), vars(came)) == (str(error), vars(error))
