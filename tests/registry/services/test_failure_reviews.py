"""Facts about reviews of failures, on both databases."""

from typing import Any
from uuid import UUID

import pytest

from registry.domain.errors import BadInputError, ForbiddenError, NotFoundError, RuleBrokenError
from registry.domain.people import Role
from registry.services import failure_reviews
from registry.shapes.failure_reviews import FailureReviewIn
from tests.factories.evidence import make_evidence, rows, table
from tests.factories.people import Registry, make_person
from tests.factories.records import make_version

MISSED = "e999,p999,Hungary,external testing,F,1,0.1000"


def review(**changes: Any) -> FailureReviewIn:  # noqa: ANN401 -- any field of the group
    """Return a review of one missed finding that was settled."""
    group = {
        "kind": "missed",
        "cause": "atypical presentation",
        "severity": "major",
        "count": 1,
        "done": "A second look before anybody leaves the list",
        "resolved": True,
    }
    return FailureReviewIn.model_validate({"groups": [group | changes]})


class TestRecord:
    """Recording."""

    def test_newest_counts_and_all_are_kept(self, registry: Registry, protocol: str) -> None:
        """So many of so many, by whom with which qualification; never more than there are."""
        found = make_evidence(registry, protocol, table([*rows(exams=240), MISSED]))
        with registry.work(Role.AUDITOR) as work:
            counts = failure_reviews.counts(work, found)
        assert counts["missed"] == 1
        with registry.work(Role.INDEPENDENT_VALIDATOR) as work:
            failure_reviews.record(work, found, review())
        with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
            made = failure_reviews.record(work, found, review())
        said = made["document"]
        assert (made["number"], said["failures"]["missed"]) == (2, counts["missed"])
        assert said["qualification"] == "Consultant"
        for changes, message in (({"count": 2}, "evidence counts"), ({"hazard": 7}, "no hazard 7")):
            with (
                pytest.raises(BadInputError, match=message),
                registry.work(Role.INDEPENDENT_VALIDATOR) as work,
            ):
                failure_reviews.record(work, found, review(**changes))
        with registry.work(Role.AUDITOR) as work:
            assert len(failure_reviews.listed(work, found)) == 2
            with pytest.raises(ForbiddenError):
                failure_reviews.record(work, found, review())
            with pytest.raises(NotFoundError):
                failure_reviews.counts(work, UUID(int=7))

    def test_whoever_made_the_version_does_not_review_it(
        self, registry: Registry, protocol: str
    ) -> None:
        """Another person looks at the failures."""
        both = make_person(registry, "both", Role.ML_ENGINEER, Role.CLINICAL_LEAD)
        engineer, registry.people[Role.ML_ENGINEER] = registry.people[Role.ML_ENGINEER], both
        made = make_version(registry, content=b"another")
        registry.people[Role.ML_ENGINEER] = engineer
        content = table(rows(exams=240))
        found = make_evidence(registry, protocol, content, number=made["number"])
        with pytest.raises(RuleBrokenError, match="another person"), registry.work(both) as work:
            failure_reviews.record(work, found, review())
