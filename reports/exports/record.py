"""Record: what exporters see of one version; of everything that is absent, why it is.

Whoever fills a `Record` has done all the judging; an exporter only places it. Numbers stand as they
stand in the assessments, unrounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from reports.exports.topics import Topic

NOT_RECORDED = "not recorded by this registry"

Section = Literal[
    "all exams", "site", "subgroup", "crossed subgroups", "gap", "pooled over sites", "comparison"
]


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is said on a topic, and where it stands.

    Attributes
    ----------
    text : str or None
        None where nothing is said.
    pointers : tuple of str
        Where it stands, as ``dossier.json#/model/title`` (RFC 6901 in a fragment); where it is
        absent, where it would stand.
    reason : str
        Why nothing is said; of no meaning where something is.
    declared : bool
        Whether people gave that reason; False where nobody has said anything.
    """

    text: str | None
    pointers: tuple[str, ...] = ()
    reason: str = NOT_RECORDED
    declared: bool = False

    @property
    def words(self) -> str:
        """What an export prints: the text, or that there is none and why."""
        return self.text if self.text is not None else f"Not available: {self.reason}."


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One number of an assessment, in one row.

    Attributes
    ----------
    by : tuple of pairs
        Attribute and level of each part of its stratum; empty for all exams together.
    label : str
        The metric's printed name, with what else is needed to tell it from others.
    undefined : str or None
        Why there is no value.
    verdict : str or None
        Over every criterion on exactly this metric of this stratum; None where none is.
    digest : str
        Of the assessment that holds it.
    """

    section: Section
    evidence: int
    purpose: str
    counts: bool
    finding: str | None
    partition: str | None
    by: tuple[tuple[str, str], ...]
    metric: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    level: float | None
    method: str | None
    n: int | None
    events: int | None
    undefined: str | None
    verdict: str | None
    digest: str
    pointer: str

    @property
    def where(self) -> str:
        """Whom it is about: ``at Hungary``, ``in sex F``, ``in all exams``."""
        if not self.by:
            return "in all exams"
        if [name for name, _ in self.by] == ["site"]:
            return f"at {self.by[0][1]}"
        return "in " + ", ".join(f"{name.replace('_', ' ')} {level}" for name, level in self.by)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One criterion in one stratum: a sentence with what was asked and found, and the verdict."""

    id: str
    goal: str
    sentence: str
    verdict: str
    because: str
    in_scope: bool
    gates: bool
    evidence: int | None
    pointer: str


@dataclass(frozen=True, kw_only=True)
class Required:
    """One requirement of the policy, and how it stands."""

    id: str
    text: str
    status: str
    because: str
    pointer: str


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """One of the three groups of key metrics, with what was aimed at and what came of it."""

    goal: str
    results: tuple[Measurement, ...]
    interpretation: str
    test_type: str
    data: str
    process: str


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset version."""

    name: str
    title: str
    description: str
    use: str
    facts: tuple[tuple[str, str], ...]
    pointer: str


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of the version by its SHA-256."""

    path: str
    digest: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One evidence: what it is in a sentence, by whom and when it was submitted."""

    number: int
    sentence: str
    digest: str
    submitted_by: str
    submitted_at: str
    pointer: str


@dataclass(frozen=True, kw_only=True)
class Hazard:
    """A hazard: what it is, its harm and rating in a sentence, its controls, and both in one."""

    sentence: str
    controls: tuple[str, ...]
    words: str


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """A sign-off as it was given, with all that proves it.

    Attributes
    ----------
    signed : mapping
        ``statement``, ``signature``, ``key`` and ``method``, and the passkey's ``proof``.
    stands : bool
        Neither withdrawn nor void.
    """

    name: str
    role: str
    meaning: str
    reasons: str | None
    registration: str | None
    at: str
    method: str
    stands: bool
    objects: bool
    signed: Mapping[str, Any]
    pointer: str


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The decision: what, by whom, when; its conditions as sentences."""

    outcome: str
    by: str
    at: str
    valid_until: str | None
    reasons: str
    conditions: tuple[str, ...]
    permits: bool


@dataclass(frozen=True, kw_only=True)
class Record:
    """All that an export may say of one version.

    Attributes
    ----------
    stage : str
        How the version stands, in words: draft, current, suspended …
    headline : str
        What policy permits or blocks, as on page 1 of the card.
    scope : str
        What is asked for, such as ``pilot use at Hungary``.
    issued_at : datetime
        The time of the newest document that is rendered; aware, UTC.
    places : mapping
        Every `Topic`, none left out.
    """

    model: str
    version: int
    title: str
    dossier: str
    dossier_number: int
    stage: str
    headline: str
    banner: str | None
    issued_at: datetime
    policy: str
    policy_digest: str
    scope: str
    keywords: tuple[str, ...]
    publications: tuple[str, ...]
    places: Mapping[Topic, Place]
    use_for: tuple[str, ...]
    do_not_use_for: tuple[str, ...]
    hazards: tuple[Hazard, ...]
    measurements: tuple[Measurement, ...]
    criteria: tuple[Judged, ...]
    requirements: tuple[Required, ...]
    usefulness: Metrics
    fairness: Metrics
    safety: Metrics
    datasets: tuple[Dataset, ...]
    files: tuple[File, ...]
    evidence: tuple[Evidence, ...]
    signoffs: tuple[SignOff, ...]
    decision: Decided | None

    @property
    def name(self) -> str:
        """The version, as model/number."""
        return f"{self.model}/{self.version}"

    def words(self, topic: Topic) -> str:
        """Return what is said on a topic, or that nothing is and why."""
        return self.places[topic].words

    def text(self, topic: Topic) -> str | None:
        """Return what is said on a topic, or None."""
        return self.places[topic].text
