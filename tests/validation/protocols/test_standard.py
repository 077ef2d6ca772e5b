"""Tests of what a protocol says of readers and of doubtful results."""

import pytest

from tests.factories.tables import HEAD
from validation.errors import ProtocolError
from validation.protocols import read

POINT = "[operating_point]\nthreshold = 0.5\n"


class TestReadIndeterminate:
    """The words for an answer that the reference standard did not give."""

    def test_sorted_and_once(self) -> None:
        """Their order does not count, nor how often they stand there."""
        plan = read(f'{HEAD}indeterminate = ["b", "a", "b"]\n{POINT}')
        assert plan.indeterminate == ("a", "b")

    @pytest.mark.parametrize("word", ["1", " 0.0", "TRUE"])
    def test_an_answer(self, word: str) -> None:
        """A word that is an answer cannot say that there is none."""
        with pytest.raises(ProtocolError, match="is an answer") as caught:
            read(f'{HEAD}indeterminate = ["unclear", "{word}"]\n{POINT}')
        assert caught.value.at == "indeterminate[1]"

    @pytest.mark.parametrize("word", ["n/a", "NA", "None", " NaN ", "-", "\u2013", "\u200bnull"])
    def test_a_word_for_nothing(self, word: str) -> None:
        """A word that counts as empty would never be met: it is refused, with what to do."""
        with pytest.raises(ProtocolError, match="means that a field is empty") as caught:
            read(f'{HEAD}indeterminate = ["{word}"]\n{POINT}')
        assert caught.value.at == "indeterminate[0]"
        assert "write another word" in caught.value.remedy


class TestReadReaders:
    """Whose own calls are in the table."""

    def test_named_in_order(self) -> None:
        """Each has a name and a column."""
        plan = read(f'{HEAD}{POINT}[readers]\nanne = "call_a"\nbo = "call_b"\n')
        assert [(one.name, one.column) for one in plan.readers] == [
            ("anne", "call_a"), ("bo", "call_b"),
        ]  # fmt: skip

    @pytest.mark.parametrize("name", ["model", "label", "majority", "fusion"])
    def test_a_name_that_is_taken(self, name: str) -> None:
        """What the report calls another cannot be a reader."""
        with pytest.raises(ProtocolError, match="what the report calls another") as caught:
            read(f'{HEAD}{POINT}[readers]\n{name} = "call_a"\n')
        assert caught.value.at == f"readers.{name}"

    def test_a_column_that_is_the_label(self) -> None:
        """A reader's own call is not the reference standard itself."""
        with pytest.raises(ProtocolError, match="is a label or a score"):
            read(f'{HEAD}{POINT}[readers]\nanne = "label"\n')
