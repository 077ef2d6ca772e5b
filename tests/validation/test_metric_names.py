"""Laws of the metric names."""

from validation.metric_names import (
    COMPARED,
    COMPARISON_METRICS,
    FAIRNESS_METRICS,
    METRICS,
    RATIO_METRICS,
    SITE_METRICS,
)


class TestMetricNames:
    """What holds for every metric."""

    def test_shifted_metrics_have_a_bare_one(self) -> None:
        """What is moved to a prevalence exists unmoved, and needs a population."""
        for key, name in METRICS.items():
            assert key.endswith("_at_prevalence") == name.needs_population
            assert key.removesuffix("_at_prevalence") in METRICS

    def test_pooled_and_compared_metrics_exist(self) -> None:
        """Sites and comparators are judged by metrics that have a name."""
        assert set(METRICS) >= SITE_METRICS | COMPARISON_METRICS

    def test_what_exists_of_two_versions_only(self) -> None:
        """Ratios are compared beside the metrics that a version has alone, under no name twice."""
        assert set(COMPARED) == COMPARISON_METRICS | set(RATIO_METRICS)
        assert not set(RATIO_METRICS) & set(METRICS)

    def test_equal_flag_rates_are_descriptive(self) -> None:
        """Demographic parity is the only disparity that no criterion may rest on."""
        told = {key for key, name in FAIRNESS_METRICS.items() if name.descriptive}
        assert told == {"demographic_parity_difference", "demographic_parity_ratio"}
