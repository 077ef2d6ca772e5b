"""Tests of protocols as documents: the canonical JSON, and what shapes the cells."""

import json

import pytest

from tests.factories.protocols import FULL
from validation.protocols import digest, document, from_document, measure_digest, read


class TestDocument:
    """The canonical JSON."""

    def test_round_trip(self) -> None:
        """A protocol comes back from its JSON as it was."""
        protocol = read(FULL)
        assert from_document(json.loads(json.dumps(document(protocol)))) == protocol

    def test_defaults_are_filled_in(self) -> None:
        """Writing a default out changes nothing."""
        assert digest(read(FULL)) == digest(read(FULL + '[intervals]\nauroc = "delong-logit"\n'))

    def test_any_change_changes_the_digest(self) -> None:
        """Another bound is another protocol."""
        assert digest(read(FULL)) != digest(read(FULL.replace("0.80", "0.79")))

    def test_threshold_probability_stands_only_where_stated(self) -> None:
        """A protocol that says nothing of it keeps the digest it was signed under."""
        plain = read(FULL)
        point = "[operating_point]\nthreshold = 0.5"
        assert point in FULL
        stated = read(FULL.replace(point, point + "\nthreshold_probability = 0.2"))
        assert "threshold_probability" not in document(plain)["operating_point"]
        assert document(stated)["operating_point"]["threshold_probability"] == 0.2
        assert from_document(document(stated)) == stated
        assert digest(stated) != digest(plain)
        assert measure_digest(stated) == measure_digest(plain)


class TestMeasureDigest:
    """What shapes cells, and nothing else."""

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("at_least = 0.80", "at_least = 0.70"),
            ("false_negative = 10.0", "false_negative = 20.0"),
            ("prevalence = 0.10", "prevalence = 0.12"),
            ("sensitivity = 0.20", "sensitivity = 0.30"),
            ('"consecutive"', '"random"'),
        ],
    )
    def test_judging_does_not_count(self, old: str, new: str) -> None:
        """Bounds, costs, populations and minima leave the cells as they are."""
        assert old in FULL
        assert measure_digest(read(FULL)) == measure_digest(read(FULL.replace(old, new)))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('site = "site"', 'site = "hospital"'),
            ("threshold = 0.5\n\n[costs]", "threshold = 0.4\n\n[costs]"),
            ("[0, 45, 55, 65, 120]", "[0, 45, 65, 120]"),
            ('intersections = [["sex", "age_band"]]\n', ""),
            ('score = "score_v1"', 'score = "score_v2"'),
            ('view = "view"', 'view = "position"'),
        ],
    )
    def test_measuring_counts(self, old: str, new: str) -> None:
        """Columns, thresholds, bands, crossings and comparators shape the cells."""
        assert old in FULL
        assert measure_digest(read(FULL)) != measure_digest(read(FULL.replace(old, new)))
