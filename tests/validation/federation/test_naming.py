"""Tests of tallies whose sites get other names."""

from dataclasses import replace

import pytest

from tests.factories.tallies import make_tally
from tests.validation.federation.test_effects import PROTOCOL, repeated_rows, sent
from validation.errors import TallyError
from validation.federation.naming import renamed
from validation.tallies import LeftOut, Period


def test_as_if_the_table_had_said_so() -> None:
    """Counts, patients and design effects stand under the other name."""
    found = renamed(sent(repeated_rows("S")), {"S": "Kiel"})
    rows = [{**row, "site": "Kiel"} for row in repeated_rows("S")]
    assert found.digest == sent(rows).digest


def test_what_is_not_told_is_of_the_other_name() -> None:
    """Rows left out, periods and views withheld; without a site they stay without one."""
    tally = replace(
        sent(repeated_rows("S")),
        left_out=(LeftOut(finding="", partition="", site="S", because="twice", exams=30),),
        periods=(Period(partition="", site="", first="2024-01-01", last="2025-12-31"),),
    )
    found = renamed(tally, {"S": "Kiel"})
    assert [one.site for one in found.left_out] == ["Kiel"]
    assert [one.site for one in found.periods] == [""]


def test_two_names_of_one_site() -> None:
    """They may share exams, and are refused."""
    tally = make_tally([*repeated_rows("S"), *repeated_rows("T")], PROTOCOL)
    with pytest.raises(TallyError, match="one site by its aliases"):
        renamed(tally, {"S": "Kiel", "T": "Kiel"})
