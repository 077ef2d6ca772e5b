"""Fusion: one answer from several readers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from validation.agreement.fusion import Fusion, fuse
from validation.errors import UndefinedError

PATTERNS = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], dtype=np.int8)


def expected_counts(
    prevalence: float, sensitivity: list[float], specificity: list[float]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how often each pattern of three readers occurs among ten thousand exams."""
    se, sp = np.array(sensitivity), np.array(specificity)
    positive = np.prod(np.where(PATTERNS == 1, se, 1 - se), axis=1)
    negative = np.prod(np.where(PATTERNS == 1, 1 - sp, sp), axis=1)
    counts: np.ndarray[Any, np.dtype[np.float64]] = 10_000 * (
        prevalence * positive + (1 - prevalence) * negative
    )
    return counts


class TestFuse:
    """`fuse`."""

    def test_finds_what_made_the_calls(self) -> None:
        """Of exact frequencies it returns the rates they were made with."""
        counts = expected_counts(0.3, [0.9, 0.8, 0.7], [0.95, 0.9, 0.85])
        found = fuse(PATTERNS, counts)
        assert found.prevalence == pytest.approx(0.3, abs=1e-4)
        assert found.sensitivity == pytest.approx([0.9, 0.8, 0.7], abs=1e-4)
        assert found.specificity == pytest.approx([0.95, 0.9, 0.85], abs=1e-4)

    def test_is_the_maximum_of_the_likelihood(self) -> None:
        """A general optimiser from the same start finds no better rates, and the same ones."""
        rng = np.random.default_rng(7)
        truth = rng.random(400) < 0.4
        calls = np.stack(
            [np.where(rng.random(400) < skill, truth, ~truth) for skill in (0.9, 0.8, 0.75, 0.6)],
            axis=1,
        ).astype(np.int8)
        calls[rng.random(calls.shape) < 0.2] = -1

        def loss(logits: np.ndarray[Any, np.dtype[np.float64]]) -> float:
            share = 1 / (1 + np.exp(-logits))
            pi, se, sp = share[0], share[1:5], share[5:]
            positive = np.where(calls == 1, se, np.where(calls == 0, 1 - se, 1)).prod(axis=1)
            negative = np.where(calls == 1, 1 - sp, np.where(calls == 0, sp, 1)).prod(axis=1)
            return -float(np.log(pi * positive + (1 - pi) * negative)[(calls >= 0).any(1)].sum())

        best = minimize(loss, np.r_[0, np.ones(8)], method="BFGS", options={"gtol": 1e-8}).x
        found = fuse(calls, np.ones(400))
        share = 1 / (1 + np.exp(-best))
        assert found.prevalence == pytest.approx(share[0], abs=1e-4)
        assert found.sensitivity == pytest.approx(share[1:5], abs=1e-4)
        assert found.specificity == pytest.approx(share[5:], abs=1e-4)

    def test_a_good_reader_outweighs_two_poor_ones(self) -> None:
        """The majority of poor readers does not carry where a reliable one says otherwise."""
        counts = expected_counts(0.5, [0.99, 0.7, 0.7], [0.99, 0.7, 0.7])
        found = fuse(PATTERNS, counts)
        assert found.answers.tolist() == PATTERNS[:, 0].tolist()

    def test_a_poor_start_keeps_its_class(self) -> None:
        """The class on which readers say yes more often is the positive one."""
        counts = expected_counts(0.1, [0.8, 0.8, 0.8], [0.9, 0.9, 0.9])
        found = fuse(PATTERNS, counts)
        assert found.prevalence == pytest.approx(0.1, abs=1e-3)

    def test_a_pattern_without_calls_has_no_say(self) -> None:
        """Exams that nobody called change nothing, whatever their number."""
        counts = expected_counts(0.3, [0.9, 0.8, 0.7], [0.9, 0.9, 0.9])
        silent = np.vstack([PATTERNS, [[-1, -1, -1]]]).astype(np.int8)
        found, beside = fuse(PATTERNS, counts), fuse(silent, np.r_[counts, 500.0])
        assert beside.prevalence == pytest.approx(found.prevalence)
        assert beside.sensitivity == pytest.approx(found.sensitivity)

    def test_readers_who_always_agree(self) -> None:
        """Where all say the same, the fusion does, and holds each for perfect."""
        calls = np.array([[1, 1, 1], [0, 0, 0]], dtype=np.int8)
        found = fuse(calls, np.array([30.0, 70.0]))
        assert found.prevalence == pytest.approx(0.3)
        assert found.sensitivity == pytest.approx(1)
        assert found.specificity == pytest.approx(1)
        assert found.answers.tolist() == [1, 0]

    @given(order=st.permutations(range(3)))
    def test_readers_have_no_order(self, order: list[int]) -> None:
        """Exchanging readers exchanges their rates and nothing else."""
        counts = expected_counts(0.3, [0.9, 0.8, 0.7], [0.95, 0.9, 0.85])
        found, beside = fuse(PATTERNS, counts), fuse(PATTERNS[:, order], counts)
        assert beside.sensitivity == pytest.approx(found.sensitivity[order])
        assert beside.chance == pytest.approx(found.chance)

    @pytest.mark.parametrize(
        ("calls", "reason"),
        [
            ([[1, 0], [0, 0]], "3 readers or more"),
            ([[1, 1, 1], [1, 1, -1]], "every call is the same"),
            ([[1, 0, -1], [0, 1, -1]], "a reader called no exam"),
        ],
    )
    def test_what_no_fusion_can_be_told_from(self, calls: list[list[int]], reason: str) -> None:
        """Two readers, calls that are all alike, and a silent reader are refused in words."""
        with pytest.raises(UndefinedError, match=reason):
            fuse(np.array(calls, dtype=np.int8), np.ones(len(calls)))

    def test_what_does_not_settle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the steps run out there is a reason and no fusion."""
        monkeypatch.setattr("validation.agreement.fusion._STEPS", 1)
        with pytest.raises(UndefinedError, match="hardly tell the classes apart"):
            fuse(PATTERNS, np.ones(8))


class TestAnswers:
    """`Fusion.answers`."""

    def test_undecided(self) -> None:
        """Where both answers are as likely there is none."""
        made = Fusion(
            prevalence=0.5,
            sensitivity=np.ones(3),
            specificity=np.ones(3),
            chance=np.array([0.2, 0.5, 0.9]),
        )
        assert made.answers.tolist() == [0, -1, 1]
