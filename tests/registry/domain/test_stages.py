"""Stages: laws read off the whole table of moves."""

import pytest

from registry.domain.errors import WaitingError
from registry.domain.stages import (
    TRANSITIONS,
    Stage,
    StageError,
    may_open_review,
    require_candidate,
    transition,
)


class TestTransitions:
    """The table itself."""

    def test_nothing_is_approved_unsigned(self) -> None:
        """Every way into approved asks for sign-offs."""
        assert all(way.signed for (_, to), way in TRANSITIONS.items() if to is Stage.APPROVED)

    def test_approval_only_from_a_review(self) -> None:
        """Without a review only what is suspended comes back to approved, by signature."""
        befores = {before for before, to in TRANSITIONS if to is Stage.APPROVED}
        assert befores == {Stage.IN_REVIEW, Stage.APPROVED, Stage.SUSPENDED}

    def test_the_way_out_of_use_asks_for_nobody(self) -> None:
        """Stopping is never held up by missing signatures."""
        stops = {Stage.SUSPENDED, Stage.LAPSED, Stage.DECLINED}
        assert not any(way.signed for (_, to), way in TRANSITIONS.items() if to in stops)

    def test_every_stage_is_reached(self) -> None:
        """No stage is a word that nothing leads to."""
        assert {to for _, to in TRANSITIONS} == set(Stage)

    def test_no_dead_end(self) -> None:
        """From every stage a version can be brought back into review, directly or by a move."""
        reviewable = {before for before, to in TRANSITIONS if to is Stage.IN_REVIEW}
        assert reviewable | {Stage.IN_REVIEW, Stage.APPROVED} == set(Stage)


class TestTransition:
    """The only way in."""

    @pytest.mark.parametrize("pair", [(a, b) for a in Stage for b in Stage])
    def test_what_is_not_written_is_refused(self, pair: tuple[Stage, Stage]) -> None:
        """Each pair of stages is either in the table or an error that names both."""
        if pair in TRANSITIONS:
            assert transition(*pair) is TRANSITIONS[pair]
            return
        with pytest.raises(StageError) as caught:
            transition(*pair)
        assert (caught.value.stage, caught.value.wanted) == pair

    def test_error_names_the_ways_out(self) -> None:
        """The message says where a registered version can go instead."""
        with pytest.raises(StageError, match="it can become in review"):
            transition(Stage.REGISTERED, Stage.APPROVED)


class TestMayOpenReview:
    """Where a review may begin."""

    def test_only_a_version_in_review_cannot(self) -> None:
        """One review at a time; from everywhere else a review may be opened."""
        assert [stage for stage in Stage if not may_open_review(stage)] == [Stage.IN_REVIEW]


class TestRequireCandidate:
    """A build is registration only until somebody names it."""

    def test_named(self) -> None:
        """A candidate goes into review."""
        require_candidate("heart-cad/2", named=True)

    def test_not_named(self) -> None:
        """The refusal says who names it and how."""
        with pytest.raises(WaitingError, match="cmr version candidate heart-cad/2"):
            require_candidate("heart-cad/2", named=False)
