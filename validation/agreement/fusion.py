"""Fusion: one answer from several readers, each trusted as far as the others bear them out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.agreement.measures import ALL_ALIKE, Array, Calls
from validation.errors import UndefinedError

READERS = 3
"""Two readers leave five numbers to be told from three."""

_STEPS = 10_000
_TOLERANCE = 1e-12  # of the mean log-likelihood of an exam, per step


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """What a latent-class model makes of the readers' calls.

    Attributes
    ----------
    prevalence : float
        Share of exams that it holds for positive, in [0, 1].
    sensitivity, specificity : float64 array, shape (r,)
        How often each reader agrees with it, in [0, 1].
    chance : float64 array, shape (k,)
        Chance of each pattern of calls that its exams are positive, in [0, 1].
    """

    prevalence: float
    sensitivity: Array
    specificity: Array
    chance: Array

    @property
    def answers(self) -> Calls:
        """The likelier answer of each pattern, shape (k,): 1, 0, or -1 where neither is."""
        return np.where(self.chance == 0.5, -1, self.chance > 0.5).astype(np.int8)  # noqa: PLR2004


def fuse(calls: Calls, exams: Array) -> Fusion:
    """Return the maximum-likelihood fusion of calls, by expectation and maximisation.

    Readers are taken to err independently of each other on exams that are alike in truth; where
    they share a blind spot, the fusion shares it, too. It starts from the share of positive
    calls of each exam, so that the same calls give the same fusion, and it names the class
    positive on which the readers say yes more often.

    Parameters
    ----------
    calls : int8 array, shape (k, r)
        What each of r readers said in each of k patterns: 1, 0, or -1 where nothing.
    exams : float64 array, shape (k,)
        Exams with each pattern, or the sum of their weights.

    Raises
    ------
    UndefinedError
        With fewer than three readers, when every call is the same, when a reader never called,
        or when the steps do not settle.

    References
    ----------
    Dawid AP, Skene AM. Maximum likelihood estimation of observer error-rates using the EM
    algorithm. J R Stat Soc C 1979;28(1):20-28. doi:10.2307/2346806
    """
    said = (calls >= 0) & (exams > 0)[:, None]
    _refuse(calls, said)
    yes, no = ((calls == 1) & said).astype(np.float64), ((calls == 0) & said).astype(np.float64)
    held = np.where(said.any(axis=1), exams, 0.0)
    chance = yes.sum(axis=1) / np.maximum(said.sum(axis=1), 1)
    before = -np.inf
    for _ in range(_STEPS):
        prevalence, sensitivity, specificity = _rates(chance, held, yes, no)
        log = np.stack(
            [
                _log(np.array(prevalence)) + yes @ _log(sensitivity) + no @ _log(1 - sensitivity),
                _log(np.array(1 - prevalence))
                + yes @ _log(1 - specificity)
                + no @ _log(specificity),
            ]
        )
        total = np.logaddexp(*log)
        chance = np.exp(log[0] - total)
        now = float(held @ total) / float(held.sum())
        if now - before < _TOLERANCE:
            break
        before = now
    else:
        msg = "the readers' calls hardly tell the classes apart, so that no fusion settles"
        raise UndefinedError(msg)
    return Fusion(
        prevalence=prevalence, sensitivity=sensitivity, specificity=specificity, chance=chance
    )


def _refuse(calls: Calls, said: npt.NDArray[np.bool_]) -> None:
    """Refuse calls that no fusion can be told from."""
    if calls.shape[1] < READERS:
        msg = f"a fusion needs {READERS} readers or more"
        raise UndefinedError(msg)
    if not said.any(axis=0).all():
        msg = "a reader called no exam"
        raise UndefinedError(msg)
    if len(np.unique(calls[said])) == 1:
        raise UndefinedError(ALL_ALIKE)


def _rates(chance: Array, exams: Array, yes: Array, no: Array) -> tuple[float, Array, Array]:
    """Return prevalence, sensitivities and specificities, given the chance of each pattern."""
    positive, negative = exams * chance, exams * (1 - chance)
    hits, misses = positive @ yes, positive @ no
    alarms, rests = negative @ yes, negative @ no
    return (
        float(positive.sum() / exams.sum()),
        _share(hits, hits + misses),
        _share(rests, rests + alarms),
    )


def _share(part: Array, whole: Array) -> Array:
    """Return shares; a half where nothing was said of the class, which then weighs nothing."""
    return np.divide(part, whole, out=np.full_like(part, 0.5), where=whole > 0)


def _log(share: Array) -> Array:
    """Return logarithms; that of 0 is so low that it decides, and still finite."""
    return np.log(np.maximum(share, 1e-300))
