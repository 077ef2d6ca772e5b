"""Facts about the matrix: declared, whole, rising, looked up."""

from typing import Any

import pytest

from registry.domain.errors import BadInputError
from registry.domain.hazards import Matrix
from registry.domain.hazards.matrix import LIKELIHOODS, SEVERITIES, TABLE

# The example of the guidance to DCB0129, as printed: from very high to very low likelihood.
PRINTED = """
3 4 4 5 5
2 3 3 4 5
2 2 3 3 4
1 2 2 3 4
1 1 2 2 3
"""


def table(**cells: int) -> list[list[int]]:
    """Return the shipped table with cells changed, named as line_column."""
    lines = [list(line) for line in TABLE]
    for name, value in cells.items():
        line, column = name.removeprefix("at").split("_")
        lines[int(line)][int(column)] = value
    return lines


class TestShipped:
    """The example of the guidance."""

    def test_every_cell_is_as_printed(self) -> None:
        """All twenty-five ratings, looked up by their words."""
        printed = [[int(cell) for cell in line.split()] for line in PRINTED.split("\n")[1:-1]]
        found = [
            [
                Matrix().rate({"severity": severity.word, "likelihood": likelihood.word})
                for severity in SEVERITIES
            ]
            for likelihood in reversed(LIKELIHOODS)
        ]
        assert found == printed

    def test_it_is_no_product(self) -> None:
        """Catastrophic and very low is 3, though 5 × 1 would be 5 and 1 × 5 the same."""
        rate = Matrix().rate
        assert rate({"severity": "catastrophic", "likelihood": "very low"}) == 3
        assert rate({"severity": "minor", "likelihood": "very high"}) == 3

    def test_it_reads_back(self) -> None:
        """Its document is the matrix, whole."""
        assert Matrix.read(Matrix().document()) == Matrix()


class TestRead:
    """A matrix of one's own."""

    @pytest.mark.parametrize(
        ("document", "field", "message"),
        [
            ({"ratings": TABLE[:4]}, "matrix.ratings", "five lines of five"),
            ({"ratings": table(at0_0=0)}, "matrix.ratings.1", "from 1 to 5"),
            ({"ratings": table(at4_4=6)}, "matrix.ratings.5", "from 1 to 5"),
            ({"ratings": table(at2_4=1)}, "matrix.ratings.3", "graver harm is rated lower"),
            ({"ratings": table(at4_0=1)}, "matrix.ratings", "likelier “minor” harm"),
            ({"severities": [{"word": "x", "means": "y"}] * 5}, "matrix.severities", "different"),
            ({"likelihoods": [{"word": "x", "means": "y"}]}, "matrix.likelihoods", "five"),
            ({"acceptability": ["fine"]}, "matrix.acceptability", "five sentences"),
        ],
    )
    def test_unsound_matrix(self, document: dict[str, Any], field: str, message: str) -> None:
        """A hole, a rating that is none, or one that falls as harm grows, is named."""
        with pytest.raises(BadInputError, match=message) as caught:
            Matrix.read(document)
        assert caught.value.field == field

    def test_scale_without_meanings(self) -> None:
        """A word that means nothing in particular is refused."""
        words = [{"word": str(n), "means": " "} for n in range(5)]
        with pytest.raises(BadInputError, match="what it means"):
            Matrix.read({"severities": words})

    def test_own_words_are_looked_up(self) -> None:
        """A hospital rates by its own words."""
        words = [{"word": f"S{n}", "means": "as in our policy"} for n in range(1, 6)]
        matrix = Matrix.read({"severities": words})
        assert matrix.rate({"severity": "S5", "likelihood": "very low"}) == 3
        assert not matrix.knows({"severity": "major", "likelihood": "very low"})

    def test_unknown_word_names_those_there_are(self) -> None:
        """The refusal lists the scale."""
        with pytest.raises(BadInputError, match="minor, significant") as caught:
            Matrix().rate({"severity": "grave", "likelihood": "low"}, field="initial")
        assert caught.value.field == "initial.severity"
