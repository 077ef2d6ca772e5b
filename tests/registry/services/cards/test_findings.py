"""Cards of several findings under test: each number stands beside the name of its finding."""

import pytest

from registry.services.cards.content import content_of
from registry.services.cards.documents import CardDocuments
from tests.factories.findings import BAD, CUT, GOOD, two_findings


def test_the_card_says_which() -> None:
    """Title, threshold and tables are of the finding missed most often, or name theirs."""
    content = content_of(CardDocuments(dossier=two_findings(), digest="sha256:" + "0" * 64))
    assert content.key_title.endswith(f"of them with {BAD}")
    assert "its score is ≥ 0.40" in content.performance.lede
    assert [row.kind.split(";")[0] for row in content.all_sites.rows] == [GOOD, BAD]
    assert {row.attribute for row in content.fairness.groups} == {f"Sex, {GOOD}", f"Sex, {BAD}"}
    (own,) = [row for row in content.performance.thresholds if row.own]
    assert own.threshold == CUT[BAD]
    assert own.sensitivity.value == pytest.approx(0.6)
