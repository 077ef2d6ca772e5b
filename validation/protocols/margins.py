"""Margins: by how much one version may be worse than another, and what is no such number."""

from validation.metric_names import RATIO_METRICS, MetricName


def refusal_of_margin(metric: MetricName, bound: float) -> tuple[str, str] | None:
    """Return why no difference can be held against a bound, and what to do; None where one can.

    A bound that every difference is on the good side of would be met by any version.
    """
    if metric.key in RATIO_METRICS:
        if bound > 0:
            return None
        return (
            f"no ratio is as low as {bound:g}: it is this version over the comparator, 1 is alike.",
            "Write 0.9 for at most a tenth less.",
        )
    if (metric.low, metric.high) != (0.0, 1.0) or -1 <= bound <= 1:
        return None
    return (
        f"a difference in {metric.key} lies between -1 and 1, and {bound:g} does not.",
        "Write -0.05 for at most five percentage points less.",
    )
