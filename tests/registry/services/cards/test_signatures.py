"""Facts about signatures on the card: in whose place, and in which dual role, they were given."""

from typing import Any

from registry.services.cards import signatures
from registry.services.cards.room import Front
from reports.content import Cell

SIGNOFF: dict[str, Any] = {
    "person": {"id": "1", "name": "Ben Roy"},
    "role": "clinical safety officer",
    "registration": "GMC 7654321",
    "meaning": "support",
    "reasons": None,
    "at": "2026-11-23T10:40:06Z",
    "key": "65e64abccaca0f6d",
    "signature": "b" * 88,
    "method": "password+server-key",
    "withdrawn_at": None,
    "void": False,
}
FOR = {
    "person": {"id": "2", "name": "Ifeoma Okafor"},
    "delegated_at": "2026-11-22T09:00:00Z",
    "until": "2026-12-11T00:00:00Z",
    "delegation": "sha256:" + "3e" * 32,
}
DUAL = {"also": "clinical lead", "why": "one officer", "declared_at": "2026-11-02T10:05:00Z"}


def meanings(**changes: Any) -> tuple[str, str]:  # noqa: ANN401 -- any part of a sign-off
    """Return what page 1 and the table of signatures say that was meant."""
    given = [SIGNOFF | changes]
    (slot,), _ = signatures.slots(given, [], Front(), decided=True)
    (row,) = signatures.table(given).rows
    meant = row.cells[2]
    assert isinstance(meant, Cell)
    return slot.meaning, meant.text


def test_nothing_where_in_neither() -> None:
    """An ordinary signature is printed as ever."""
    assert meanings() == ("Support", "support")


def test_in_whose_place() -> None:
    """Page 1 and the table name who delegated, and when."""
    front, row = meanings(**{"for": FOR})
    assert front == "Support, for Ifeoma Okafor, delegated 22 Nov 2026"
    assert row == front.replace("Support", "support")


def test_dual_role() -> None:
    """Page 1 and the table name the other role."""
    front, row = meanings(dual_role=DUAL)
    assert front == "Support (dual role: also clinical lead)"
    assert row == front.replace("Support", "support")


def test_decided_in_somebodys_place() -> None:
    """The line over the headline names both people; an ordinary decision names nobody."""
    decided: dict[str, Any] = {"by": {"id": "1", "name": "Ben Roy"}, "at": SIGNOFF["at"]}
    assert signatures.decided_by(decided) == ""
    words = signatures.decided_by(decided | {"for": FOR})
    assert words == ", by Ben Roy, for Ifeoma Okafor, delegated 22 Nov 2026"
