"""Facts about what became known since a dossier."""

from typing import Any

from registry.domain.hazards import Matrix, for_version
from registry.domain.new_information import since
from tests.factories.hazards import MAJOR_RARE, on_log
from tests.registry.domain.hazards.test_requiring import SOUND, part
from tests.registry.domain.test_failure_reviews import group, review
from tests.registry.domain.test_incidents import incident


def told(then: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return what is new: its subject, and whether it is grave."""
    return [(one["subject"], one["grave"]) for one in since(then, now)]


class TestSince:
    """New information."""

    def test_nothing_changed(self) -> None:
        """The same records tell nothing."""
        whole = {"hazards": part(SOUND), "incidents": [incident()]}
        assert told(whole, whole) == []
        assert told({}, {}) == []

    def test_grave_news_stand_first(self) -> None:
        """An incident with severe harm, a hazard above the limit, an unresolved failure."""
        now = {
            "hazards": part(SOUND, on_log(number=2), on_log(number=3, initial=MAJOR_RARE)),
            "incidents": [incident(number=1, harm="none"), incident(number=2)],
            "failure_reviews": [review(group(resolved=False))],
        }
        assert told({"hazards": part(SOUND)}, now) == [
            ("hazard 2", True),
            ("incident 2", True),
            ("failure review 1", True),
            ("hazard 3", False),
            ("incident 1", False),
        ]

    def test_changes_are_told_with_what_was(self) -> None:
        """A rating that rose because a link no longer holds, an incident that was made safe."""
        worse = on_log(status="closed")
        then = {"hazards": part(SOUND), "incidents": [incident()]}
        now = {"hazards": part(worse), "incidents": [incident(state="closed")]}
        found = since(then, now)
        assert "counts as 3; it was 2" in found[0]["what"]
        assert found[0]["grave"]
        assert "It was open, harm: severe" in found[1]["what"]

    def test_log_that_moved_on(self) -> None:
        """Hazards not yet in an approved issue, and newer issues and plans."""
        changed = [{"number": 1, "name": "x", "what": "recorded anew"}]
        then = {"hazards": part(SOUND)}
        assert told(then, {"hazards": part(SOUND, changed_since=changed)}) == [("hazard 1", False)]
        newer = {"number": 5, "plan": 1, "approved": {"by": {}}}
        assert told(then, {"hazards": part(SOUND, log=newer)}) == [
            ("issue 5 of the hazard log", False)
        ]
        assert for_version([SOUND], Matrix(), version=1)[0]["rating"] == 2
