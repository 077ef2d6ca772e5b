"""Rows for tests: prediction rows in memory, handed out in batches as an engine would."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from validation.engines.rows import Batch, Levels
from validation.protocols.shape import Protocol
from validation.tallies import MISSING, UNLABELLED
from validation.tallies.cells import SEVERITY

Row = Mapping[str, Any]


class MemoryRows:
    """Rows as `make_tally` takes them: one per exam and finding, in batches of some size."""

    def __init__(self, rows: Sequence[Row], protocol: Protocol, *, at_once: int = 1000) -> None:
        self._protocol, self._at_once = protocol, at_once
        self._rows = list(rows)
        self.total = len(rows)
        self._names = ["partition", "site", *(one.name for one in protocol.subgroups)]
        self._names += [SEVERITY] * (protocol.columns.severity is not None)
        names = sorted(finding.name or "" for finding in protocol.findings)
        self.levels: Levels = {"finding": tuple(names)}
        for name in self._names:
            also = {""} if name == SEVERITY else set()
            found = {_level(row, name) for row in rows} | also
            self.levels[name] = (*sorted(found - {MISSING}), *sorted(found & {MISSING}))
        self._patients = sorted({str(row.get("patient")) for row in rows})
        self._exams = sorted({str(row.get("exam")) for row in rows})

    def batches(self) -> Iterator[Batch]:
        """Yield the rows, finding by finding, each finding's in their order."""
        for finding in self.levels["finding"]:
            chosen = [row for row in self._rows if str(row.get("finding") or "") == finding]
            for start in range(0, len(chosen), self._at_once):
                yield self._batch(chosen[start : start + self._at_once])

    def _batch(self, rows: Sequence[Row]) -> Batch:
        protocol, columns = self._protocol, self._protocol.columns

        def numbers(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
            return np.array([_number(row.get(name)) for row in rows], dtype=np.float64)

        def calls(name: str) -> np.ndarray[Any, np.dtype[np.int8]]:
            said = [row.get(name) for row in rows]
            return np.array([UNLABELLED if one is None else one for one in said], dtype=np.int8)

        def codes(name: str) -> np.ndarray[Any, np.dtype[np.int32]]:
            levels = self.levels[name]
            return np.array([levels.index(_level(row, name)) for row in rows], dtype=np.int32)

        return Batch(
            codes={name: codes(name) for name in ("finding", *self._names)},
            label=calls("label").astype(np.int64),
            score=numbers("score"),
            comparators={one.name: numbers(one.name) for one in protocol.comparators},
            readers={one.name: calls(one.name) for one in protocol.readers},
            weight=None if columns.weight is None else numbers("weight"),
            miss=None if columns.cost_of_miss is None else numbers("cost_of_miss"),
            alarm=None if columns.cost_of_alarm is None else numbers("cost_of_alarm"),
            patient=None
            if columns.patient is None
            else np.array([self._patients.index(str(row["patient"])) for row in rows]),
            exam=np.array([self._exams.index(str(row.get("exam"))) for row in rows]),
        )


def _level(row: Row, name: str) -> str:
    found = row.get(name)
    if name == SEVERITY and row.get("label") != 1:
        return ""
    if name in {"finding", "partition", "site"}:
        return str(found or "")
    return MISSING if found in {None, ""} else str(found)


def _number(value: object) -> float:
    return float("nan") if value is None else float(str(value))
