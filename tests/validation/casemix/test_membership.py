"""Membership: telling two groups apart."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from validation.casemix.membership import membership_auroc
from validation.errors import EmptyStratumError, UndefinedError


class TestMembershipAuroc:
    """The AUROC of the membership model."""

    def test_scikit_learn(self) -> None:
        """scikit-learn, with the same prior on standardised columns, finds the same."""
        rng = np.random.default_rng(5)
        design = rng.normal(size=(300, 3)) * [1, 5, 0.2]
        member = (design @ [0.8, 0.1, 2.0] + rng.logistic(size=300)) > 0
        columns = (design - design.mean(axis=0)) / design.std(axis=0)
        model = LogisticRegression(C=1.0, tol=1e-10).fit(columns, member)
        theirs = roc_auc_score(member, model.decision_function(columns))
        own = member.astype(np.float64)
        ours = membership_auroc(design, own, np.ones(300) - own)
        assert ours == pytest.approx(theirs, abs=1e-4)

    def test_alike(self) -> None:
        """Groups of the same make-up cannot be told apart."""
        design = np.array([[0.0], [1.0], [2.0]])
        counts = np.array([5.0, 20, 10])
        assert membership_auroc(design, counts, 3 * counts) == 0.5

    def test_apart(self) -> None:
        """Groups with nothing in common are told apart for certain; the fit stays finite."""
        design = np.array([[0.0, 7.0], [1.0, 7.0]])
        found = membership_auroc(design, np.array([400.0, 0]), np.array([0.0, 9]))
        assert found == 1

    def test_few_among_many(self) -> None:
        """A handful among a million, far out, are found."""
        design = np.array([[0.0], [1.0], [50.0]])
        found = membership_auroc(design, np.array([0.0, 1, 3]), np.array([1e6, 1e4, 0]))
        assert found > 0.95

    def test_same_pattern(self) -> None:
        """Where all exams are described alike there is nothing to fit."""
        with pytest.raises(UndefinedError, match="no exam differs"):
            membership_auroc(np.ones((2, 1)), np.ones(2), np.ones(2))

    def test_empty(self) -> None:
        """Nor where a group is empty."""
        with pytest.raises(EmptyStratumError):
            membership_auroc(np.eye(2), np.zeros(2), np.ones(2))
