"""Statements: the thirteen considerations, and what a person may say about each.

References
----------
Kulkarni V, Gawali M, Kharat A. Key Technology Considerations in Developing and Deploying Machine
Learning Models in Clinical Radiology Practice. JMIR Med Inform 2021;9(9):e28776.
doi:10.2196/28776
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from registry.domain.errors import BadInputError


class Kind(StrEnum):
    """How a consideration is answered."""

    STATED = "stated"
    NOT_AVAILABLE = "not available"


@dataclass(frozen=True, kw_only=True)
class Consideration:
    """One of the thirteen: its number, its word in protocols, its title, and what is asked."""

    number: int
    slug: str
    title: str
    asks: str


CONSIDERATIONS: tuple[Consideration, ...] = (
    Consideration(
        number=1,
        slug="training-data",
        title="Insufficient training data",
        asks="Patients, studies and events per partition; augmented or synthetic share; "
        "what it was pre-trained on; why the sample was large enough.",
    ),
    Consideration(
        number=2,
        slug="decentralized-data",
        title="Decentralized data sets",
        asks="Sites, custodians, agreements and geography; federated or central training; "
        "how privacy was kept.",
    ),
    Consideration(
        number=3,
        slug="annotation-cost",
        title="High cost of annotations",
        asks="Where the labels come from; who annotated, with what qualification and tools; "
        "how much is unlabelled.",
    ),
    Consideration(
        number=4,
        slug="reference-standard",
        title="Ambiguous reference standard",
        asks="Definition and rationale of the reference standard; readers, blinding and "
        "adjudication; indeterminate results.",
    ),
    Consideration(
        number=5,
        slug="class-imbalance",
        title="Imbalance in class representation",
        asks="How imbalance was met in training; whether the scores were recalibrated after.",
    ),
    Consideration(
        number=6,
        slug="costs",
        title="Asymmetric misclassification costs",
        asks="The cost matrix: who set it, why, and when it was signed.",
    ),
    Consideration(
        number=7,
        slug="metrics",
        title="Relevant performance metrics",
        asks="The primary metric and the primary measure of clinical utility, and why these.",
    ),
    Consideration(
        number=8,
        slug="generalization",
        title="Generalization to unseen data sets",
        asks="Internal or external, who tested, on which unit the data were split; how "
        "acquisition differed.",
    ),
    Consideration(
        number=9,
        slug="decay",
        title="Model decay",
        asks="The monitoring plan: signal, frequency, owner, stop rule, date of re-validation.",
    ),
    Consideration(
        number=10,
        slug="adversarial",
        title="Adversarial attacks",
        asks="The threat model; signatures and input checks; who could write to the training "
        "data and what was checked.",
    ),
    Consideration(
        number=11,
        slug="explainability",
        title="Explainability",
        asks="The method of explanation, where the user sees it, and its limits.",
    ),
    Consideration(
        number=12,
        slug="fairness",
        title="Fairness and bias",
        asks="Which factors were chosen and why; known inequalities; mitigation; attributes "
        "that were not available.",
    ),
    Consideration(
        number=13,
        slug="clinical-validation",
        title="Clinical validation",
        asks="The rung reached: retrospective, reader study, silent, pilot, trial; registration, "
        "ethics, publications; regulatory status.",
    ),
)


def consideration(number: int) -> Consideration:
    """Return one of the thirteen by its number.

    Raises
    ------
    BadInputError
        When the number is none of 1 to 13.
    """
    if not 1 <= number <= len(CONSIDERATIONS):
        raise BadInputError(
            f"{number} is none of the thirteen considerations; write 1 to {len(CONSIDERATIONS)}.",
            field="consideration",
        )
    return CONSIDERATIONS[number - 1]


def require_sound(kind: Kind, *, text: str | None, reason: str | None) -> None:
    """Refuse a statement that states nothing, or that gives no reason for having nothing.

    Raises
    ------
    BadInputError
        Names the field that is missing or too many.
    """
    if kind is Kind.STATED:
        if not (text or "").strip():
            raise BadInputError("Say something, or say “not available” and why.", field="text")
        if reason is not None:
            raise BadInputError("A reason belongs to “not available” only.", field="reason")
        return
    if not (reason or "").strip():
        raise BadInputError("Say why this is not available.", field="reason")
    if text is not None:
        raise BadInputError("What is not available has no text.", field="text")


def stale_because(made_at: str, *, months: int | None, today: date) -> str:
    """Return why a statement is too old to be relied on, empty while it is not.

    Parameters
    ----------
    made_at : str
        When it was made or last confirmed, ISO 8601.
    months : int or None
        How long the policy relies on one; None is for ever.
    today : date
        The day on which it is judged.
    """
    if months is None:
        return ""
    made = datetime.fromisoformat(made_at).date()
    limit = (made.year * 12 + made.month + months, made.day)
    if (today.year * 12 + today.month, today.day) <= limit:
        return ""
    return (
        f"It was made on {made} and is stale: the policy relies on one for {months} months. "
        "State it anew."
    )
