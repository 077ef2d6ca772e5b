"""How `cmr` prints."""

import pytest

from registry.faces.cli import console
from registry.shapes.audit import EventOut


def test_an_id_is_never_cut(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id that does not fit goes on in the next line: half an id is of no use."""
    monkeypatch.setattr(console.out, "_width", 40)
    new = "9b8322ec-0470-4c36-a88a-8ad1f0c2e5b7"
    console.table(None, ["State", "Rows", "Id"], [["attached", "304", new]], right="Rows")
    printed = capsys.readouterr().out
    assert "…" not in printed
    assert new in "".join(line.split()[-1] for line in printed.splitlines()[3:] if line.strip())


def test_no_word_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the longest word of each column fits, every word stands whole, ids too."""
    monkeypatch.setattr(console.out, "_width", 80)
    new = "9b8322ec-0470-4c36-a88a-8ad1f0c2e5b7"
    rows = [
        [
            "insufficient evidence",
            "discrimination",
            "VA Long Beach",
            "16.769–74.541",
            "at least 0.75",
        ],
        ["met", "cost against reading everything first", "Hungary", "0.9", ""],
    ]
    console.table(None, ["Verdict", "Criterion", "Where", "Interval", "Asked"], rows)
    where = "pilot use at Hungary, Switzerland"
    console.table(None, ["Id", "Of", "Scope", "State"], [[new, "heart-cad/1", where, "conditions"]])
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    words = {word for row in [*rows, [new, where]] for cell in row for word in cell.split()}
    assert words <= set(printed.split())


def test_json_carries_the_names_of_the_documents(capsys: pytest.CaptureFixture[str]) -> None:
    """A field whose name Python cannot bear is printed under its own name."""
    event = EventOut.model_validate(
        {
            "schema": "cmr.event/1",
            "seq": 0,
            "at": "2026-11-23T09:30:00.000000Z",
            "act": "site.registered",
            "actor": "system",
            "subject": "site Hungary",
            "why": "",
            "before": None,
            "after": None,
            "redacted": [],
            "body": "{}",
        }
    )
    console.show_json([event])
    assert '"schema": "cmr.event/1"' in capsys.readouterr().out
