"""Facts about a piece of work: it carries one signature."""

from typing import Any

import pytest

from registry.domain.errors import ForbiddenError
from registry.domain.people import Role
from registry.services.work import Workshop
from tests.factories.people import PROOF, make_registry


def test_nothing_is_signed_in_series(workshop: Workshop) -> None:
    """A second statement in the same piece of work needs a proof, and a work, of its own."""
    registry = make_registry(workshop)
    said: dict[str, Any] = {"meaning": "support", "digest": "sha256:" + "0" * 64, "proof": PROOF}
    with registry.work(Role.CLINICAL_LEAD) as work:
        first = work.countersign(role=Role.CLINICAL_LEAD, subject="a/1", **said)
        assert first.statement["subject"] == "a/1"
        with pytest.raises(ForbiddenError, match="one statement"):
            work.countersign(role=Role.CLINICAL_LEAD, subject="b/1", **said)
