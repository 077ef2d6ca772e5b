"""Margins: what is one, and what is not."""

import pytest

from validation.metric_names import COMPARED
from validation.protocols.margins import refusal_of_margin


class TestRefusalOfMargin:
    """Why no difference can be held against a bound."""

    @pytest.mark.parametrize(
        ("metric", "bound"),
        [
            ("ppv_ratio", 0.9),
            ("sensitivity", -0.05),
            ("auroc", -1.0),
            ("expected_cost", -40.0),
            ("net_benefit", -3.0),
        ],
    )
    def test_a_margin(self, metric: str, bound: float) -> None:
        """A factor above 0, a difference of shares within ±1, any cost."""
        assert refusal_of_margin(COMPARED[metric], bound) is None

    @pytest.mark.parametrize(
        ("metric", "bound"), [("npv_ratio", 0.0), ("ppv_ratio", -0.05), ("specificity", -5.0)]
    )
    def test_none(self, metric: str, bound: float) -> None:
        """What every version would meet says so, with how to write it."""
        refused = refusal_of_margin(COMPARED[metric], bound)
        assert refused is not None
        assert f"{bound:g}" in refused[0]
        assert refused[1].startswith("Write ")
