"""Tests of what a protocol says of doubtful results."""

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
