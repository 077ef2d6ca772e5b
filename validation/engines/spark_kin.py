"""Families: the exams of one patient by grouped SQL, for engines elsewhere.

Of patients with one exam only their number in each cell is collected. Of the others each exam is,
as the key of its cell, some millions at once; they are worked through one bucket after the other,
so that what is held here is bounded whatever the size of the table.
"""

# ruff: noqa: S608  (every name in the SQL is ours)
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from validation.engines.cells import AT_ONCE as BATCH
from validation.engines.kin import AT_ONCE, MOST_PAIRS, kind_of_rows, too_many_pairs
from validation.engines.session import Session

Whole = npt.NDArray[np.int64]


class Families:
    """The keyed rows of exams, grouped by patient.

    Parameters
    ----------
    session : Session
    keyed : str
        The question for ``key, patient, exam, weight`` of every row.
    weighted, names_exams : bool
        As for `kin.Kin`.
    at_once : int
        Exams of patients with several that may be held here.
    """

    def __init__(
        self,
        session: Session,
        keyed: str,
        *,
        weighted: bool,
        names_exams: bool,
        at_once: int = AT_ONCE,
    ) -> None:
        self._session, self._keyed, self._at_once = session, keyed, at_once
        self._kind = kind_of_rows(weighted=weighted, names_exams=names_exams)
        self._buckets = 1

    def refuse_crowds(self) -> None:
        """Refuse patients who have too many exams for their pairs to be counted.

        Raises
        ------
        TableError
            With the number of exams of one of them.
        """
        most, exams, pairs = self._session.ask(
            "SELECT coalesce(max(n), 0), coalesce(sum(n), 0), "
            "coalesce(sum(CAST(n AS DOUBLE) * (n - 1) / 2), 0e0) "
            f"FROM (SELECT count(*) AS n FROM ({self._keyed}) GROUP BY patient) WHERE n > 1"
        )[0]
        most, pairs = int(most), float(pairs)
        if most * (most - 1) / 2 > MOST_PAIRS:
            raise too_many_pairs(most, pairs)
        # Twice as many as on average would be needed: patients differ in their exams.
        room = max(int(exams) / self._at_once, 2 * pairs / MOST_PAIRS)
        self._buckets = max(int(np.ceil(room)), 1)
        names = self._kind.names or ()
        fields = ", ".join(f"{name} := {name}" for name in names if name != "patient")
        self._session.run(
            f"CREATE TABLE families AS SELECT list(struct_pack({fields})) AS exams, "
            f"hash(patient) AS mixed FROM ({self._keyed}) GROUP BY patient HAVING count(*) > 1"
        )

    def alone(self) -> tuple[Whole, Whole]:
        """Return the cells, by their keys, of patients with one exam, and how many there are."""
        found = self._read(
            "SELECT key, count(*) AS patients FROM (SELECT min(key) AS key, count(*) AS n "
            f"FROM ({self._keyed}) GROUP BY patient) WHERE n = 1 GROUP BY key"
        )
        if found is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        return _whole(found.column("key")), _whole(found.column("patients"))

    def parts(self) -> Iterator[npt.NDArray[np.void]]:
        """Yield the exams of patients with several, those of one patient in the same part."""
        for bucket in range(self._buckets):
            size = self._buckets
            found = self._read(
                f"SELECT exams FROM families WHERE (mixed % {size} + {size}) % {size} = {bucket}"
            )
            if found is not None:
                yield self._rows(found.column("exams").combine_chunks())

    def _rows(self, exams: pa.ListArray) -> npt.NDArray[np.void]:
        lengths, fields = _whole(pc.list_value_length(exams)), exams.flatten()
        rows = np.empty(len(fields), dtype=self._kind)
        rows["patient"] = np.repeat(np.arange(lengths.size), lengths)
        for name in self._kind.names or ():
            if name == "weight":
                rows[name] = fields.field(name).to_numpy()
            elif name != "patient":
                rows[name] = _whole(fields.field(name))
        return rows

    def _read(self, sql: str) -> pa.Table | None:
        """Return the answer to a question; None where it is empty."""
        batches = [batch for batch in self._session.batches(sql, BATCH) if batch.num_rows]
        return pa.Table.from_batches(batches) if batches else None


def _whole(column: pa.Array) -> Whole:
    """Return whole numbers, those without a sign by their bits."""
    return np.asarray(column.to_numpy(zero_copy_only=False)).astype(np.int64)
