"""Pool: processes of their own for what takes seconds of CPU, kept warm.

A card needs fonts, a layout engine and a JavaScript engine, which take longer to load than a card
takes to draw; and it holds Python's lock while it is drawn. So a server keeps processes that have
all of it loaded, and stays free to answer. One that is killed, hangs or has done its share is
replaced; one whose server is gone ends by itself.
"""

import gc
import multiprocessing
import queue
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Final, ParamSpec, Self, TypeVar

TASKS: Final = 100  # after so many a process makes room for a fresh one: memory only ever grows
SECONDS: Final = 300.0  # what takes longer hangs
TRIES: Final = 2  # a killed process may have been bad luck
_SWEPT: Final = 5  # tasks, each of which leaves some thirty megabytes of garbage

P = ParamSpec("P")
T = TypeVar("T")


class ProcessDiedError(RuntimeError):
    """The process that was to draw died or hung, and so did the next; later it may go well."""


class Pool:
    """Processes that run one function at a time each; started when first needed.

    Parameters
    ----------
    processes : int
        How many, at least 1; whoever comes when all are busy waits.
    tasks : int
        After how many functions a process is replaced.
    seconds : float
        How long a function may take.
    """

    def __init__(self, *, processes: int = 1, tasks: int = TASKS, seconds: float = SECONDS) -> None:
        self._free: queue.LifoQueue[_Process] = queue.LifoQueue()  # the warmest first
        self._all = [_Process() for _ in range(processes)]
        self._tasks, self._seconds = tasks, seconds
        for process in self._all:
            self._free.put(process)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        self.close()

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns, or raise what it raises, in a process of the pool.

        Parameters
        ----------
        function : callable
            Of a module's top level; it, what it is given and what it gives back are pickled.

        Raises
        ------
        ProcessDiedError
            When two processes in a row were killed or took too long.
        """
        process = self._free.get()
        try:
            for _ in range(TRIES):
                answer = process.ask((function, args, kwargs), self._seconds)
                if answer is not None:
                    break
                process.end()
            else:
                raise ProcessDiedError(
                    f"The process that draws was killed or took more than {self._seconds:.0f} "
                    "seconds, twice; see whether the machine has memory left."
                )
            if process.done >= self._tasks:
                process.end()
        finally:
            self._free.put(process)
        succeeded, result = answer
        if not succeeded:
            raise result
        return result  # type: ignore[no-any-return]  # it came through a pipe

    def close(self) -> None:
        """End the processes; what they are at is lost."""
        for process in self._all:
            process.end()


class _Process:
    """One process, or none until it is first asked."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._ours: Connection | None = None
        self.done = 0

    def ask(self, task: object, seconds: float) -> tuple[bool, Any] | None:
        """Return whether the task succeeded and with what, None when the process did not answer."""
        process, ours = self._started()
        try:
            ours.send(task)
            if ours not in wait([ours, process.sentinel], seconds):
                return None
            answer: tuple[bool, Any] = ours.recv()
        except (EOFError, ConnectionError):
            return None
        self.done += 1
        return answer

    def end(self) -> None:
        """End the process, if there is one; the next task gets a fresh one."""
        process, ours = self._process, self._ours
        self._process, self._ours, self.done = None, None, 0
        if ours is not None:
            ours.close()
        if process is not None:
            process.kill()
            process.join()
            process.close()

    def _started(self) -> tuple[SpawnProcess, Connection]:
        """Return the process and our end of the pipe to it, started where there is none."""
        if self._process is None or self._ours is None:
            spawn = multiprocessing.get_context("spawn")
            self._ours, theirs = spawn.Pipe()
            self._process = spawn.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()
            theirs.close()
        return self._process, self._ours


def _serve(theirs: Connection) -> None:
    """Answer until the other end of the pipe is closed, as it is when the server is gone.

    The interrupt of a terminal reaches every process of its group; it is the server's to follow.
    The collector of garbage runs between tasks, and seldom: what the first of them loaded stays,
    and a card in the making is no garbage.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    done = 0
    while True:
        try:
            function, args, kwargs = theirs.recv()
        except EOFError:
            return
        try:
            answer = (True, function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where it was asked
            error.add_note("".join(traceback.format_exception(error)))
            answer = (False, error)
        theirs.send(answer)
        del function, args, kwargs, answer
        done += 1
        if done == 1:
            gc.collect()
            gc.freeze()
        elif done % _SWEPT == 0:
            gc.collect()
