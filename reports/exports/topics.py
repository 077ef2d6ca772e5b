"""Topics: what outside formats and guidelines ask about, each answered once for all of them.

A topic knows the section of the card that prints its answer, so that a reader of an export finds
the page, or that no section does: intended use at length, what a model's people disclosed, and much
of what was measured stand in the dossier alone. Where in the dossier depends on the version and is
said with the answer.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from reports.content import (
    CHANGE,
    DATA,
    DECIDE,
    DEPLOYMENT,
    HARM,
    PERFORMANCE,
    PROTOCOL,
    RECORD,
    SITES,
)
from reports.content import CONSIDERATIONS as THIRTEEN


class Topic(StrEnum):
    """One thing that can be asked of a version; the value is how people read it."""

    SUMMARY = "summary"
    DEVELOPER = "developer"
    DEVELOPER_CONTACT = "developer's contact"
    FUNDING = "funding"
    COMPETING_INTERESTS = "competing interests"
    OUTPUT = "output"
    OUTPUT_TYPE = "type of output"
    INTENDED_USE = "intended use"
    POPULATION = "intended patients"
    USERS = "intended users"
    DECISION_ROLE = "role in the decision"
    USE_FOR = "what it may be used for"
    OUT_OF_SCOPE = "out-of-scope use"
    INPUTS = "input data"
    DEMOGRAPHIC_INPUTS = "demographic variables among the inputs"
    HOW_TO_USE = "how to use it"
    UPDATE_SCHEDULE = "updates and corrections"
    SECURITY = "security"
    THIRD_PARTIES = "third-party components"
    LICENCE = "licence of the model"
    STAKEHOLDERS = "stakeholders consulted"
    PATIENT_DISCLOSURE = "consent of or disclosure to patients"
    PUBLICATIONS = "publications"
    REGULATORY = "regulatory status"
    RISK_TIER = "risk tier"

    DESCRIPTION = "description of the version"
    ARCHITECTURE = "architecture"
    FOUNDATION_MODEL = "model it was built on"
    LINEAGE = "lineage"
    TRAINING_RUN = "training run"
    CODE = "code"
    ENVIRONMENT = "software environment"
    ARTIFACTS = "files"

    TRAINING_SOURCE = "sources of the training data"
    TRAINING_ELIGIBILITY = "eligibility for the training data"
    TRAINING_DATES = "dates of the training data"
    TRAINING_COUNTS = "size of the training data"
    TRAINING_GROUPS = "declared groups in the training data"
    TRAINING_DEVICES = "devices of the training data"
    TRAINING_ANNOTATORS = "annotators of the training data"
    TRAINING_REFERENCE = "reference standard of the training data"
    TESTING_SOURCE = "sources of the testing data"
    TESTING_ELIGIBILITY = "eligibility for the testing data"
    TESTING_DATES = "dates of the testing data"
    TESTING_DEVICES = "devices of the testing data"
    TESTING_ANNOTATORS = "annotators of the testing data"
    EXTERNAL_SOURCE = "sources of the external data"
    EXTERNAL_DATES = "dates of the external data"
    LEGAL_BASIS = "consent or legal basis of the data"
    DATA_LICENCES = "licences of the data"

    SAMPLE = "statement on the size of the training data"
    DECENTRALIZED = "statement on decentralized data"
    ANNOTATION = "statement on annotation"
    REFERENCE_CHOICE = "statement on reference standard"
    IMBALANCE = "statement on class imbalance"
    COST_CHOICE = "statement on costs of errors"
    METRIC_CHOICE = "statement on choice of metrics"
    GENERALIZATION = "statement on generalization"
    DECAY = "statement on decay and monitoring"
    ADVERSARIAL = "statement on adversarial attacks"
    EXPLAINABILITY = "statement on explainability"
    FAIRNESS = "statement on fairness and bias"
    CLINICAL_VALIDATION = "statement on clinical validation"

    PROTOCOL = "protocol"
    REFERENCE_STANDARD = "reference standard of the testing"
    SAMPLING = "sampling"
    EXTERNAL_PROTOCOL = "protocol of the external testing"
    EXTERNAL_REFERENCE = "reference standard of the external testing"
    EXTERNAL_SAMPLING = "sampling of the external testing"
    OPERATING_POINT = "operating point"
    UNSCORED = "exams without a score"
    COSTS = "cost matrix"
    SUBGROUPS = "declared subgroups"
    CRITERIA = "acceptance criteria"
    INTERVALS = "intervals"

    EVIDENCE = "evidence"
    CUSTODY = "who tested, and who held the labels"
    EXTERNAL_CUSTODY = "who did the external testing, and who held the labels"
    OVERLAP = "overlap of training and testing patients"
    EXTERNAL_OVERLAP = "overlap of training and external patients"
    REUSE = "reuse of the testing data"
    COUNTS = "exams and events tested"
    INTERNAL_RESULTS = "results on data from the development sites"
    INTERNAL_FAIRNESS = "results by subgroup on data from the development sites"
    EXTERNAL_RESULTS = "results of external testing"
    EXTERNAL_FAIRNESS = "results by subgroup of external testing"
    EXTERNAL_GROUPS = "declared groups in the external data"
    LOCAL_RESULTS = "results of local acceptance testing and monitoring"
    LOCAL_FAIRNESS = "results by subgroup of local acceptance testing and monitoring"
    CONFUSION = "error counts at the operating point"
    CALIBRATION = "calibration"
    UTILITY = "net benefit and cost"
    HETEROGENEITY = "spread between sites"
    CASE_MIX = "difference in case mix"
    SAMPLE_SIZE = "sample size of the testing"
    COMPARISON = "comparison with another version"
    AGREEMENT = "agreement of readers"
    FAILURES = "failures looked at"

    LIMITATIONS = "where it was not shown to work"
    WORST = "worst subgroup"
    FAIRNESS_MONITORING = "monitoring of fairness"
    HAZARDS = "hazard log"
    INCIDENTS = "incidents"
    DECISION = "decision"
    SIGNOFFS = "sign-offs"
    CONDITIONS = "conditions"


CONSIDERATIONS: Final[tuple[Topic, ...]] = (
    Topic.SAMPLE,
    Topic.DECENTRALIZED,
    Topic.ANNOTATION,
    Topic.REFERENCE_CHOICE,
    Topic.IMBALANCE,
    Topic.COST_CHOICE,
    Topic.METRIC_CHOICE,
    Topic.GENERALIZATION,
    Topic.DECAY,
    Topic.ADVERSARIAL,
    Topic.EXPLAINABILITY,
    Topic.FAIRNESS,
    Topic.CLINICAL_VALIDATION,
)
"""The thirteen considerations in their order."""

_SECTIONS: Final[Mapping[int, tuple[Topic, ...]]] = MappingProxyType(
    {
        DECIDE.number: (
            Topic.SUMMARY,
            Topic.POPULATION,
            Topic.USE_FOR,
            Topic.OUT_OF_SCOPE,
            Topic.REGULATORY,
            Topic.LIMITATIONS,
            Topic.WORST,
            Topic.DECISION,
            Topic.CONDITIONS,
        ),
        PERFORMANCE.number: (Topic.CONFUSION, Topic.CALIBRATION, Topic.UTILITY),
        SITES.number: (
            Topic.INTERNAL_RESULTS,
            Topic.EXTERNAL_RESULTS,
            Topic.COUNTS,
            Topic.EXTERNAL_FAIRNESS,
            Topic.EXTERNAL_GROUPS,
            Topic.HETEROGENEITY,
        ),
        THIRTEEN.number: (*CONSIDERATIONS, Topic.SAMPLE_SIZE, Topic.AGREEMENT),
        HARM.number: (Topic.FAILURES, Topic.HAZARDS, Topic.INCIDENTS),
        DATA.number: (
            Topic.DESCRIPTION,
            Topic.ARCHITECTURE,
            Topic.FOUNDATION_MODEL,
            Topic.LINEAGE,
            Topic.TRAINING_RUN,
            Topic.CODE,
            Topic.ENVIRONMENT,
            Topic.ARTIFACTS,
            Topic.TRAINING_SOURCE,
            Topic.TRAINING_ELIGIBILITY,
            Topic.TRAINING_DATES,
            Topic.TRAINING_COUNTS,
            Topic.TRAINING_DEVICES,
            Topic.TRAINING_ANNOTATORS,
            Topic.TRAINING_REFERENCE,
            Topic.TESTING_SOURCE,
            Topic.TESTING_ELIGIBILITY,
            Topic.TESTING_DATES,
            Topic.TESTING_DEVICES,
            Topic.TESTING_ANNOTATORS,
            Topic.EXTERNAL_SOURCE,
            Topic.EXTERNAL_DATES,
            Topic.LEGAL_BASIS,
            Topic.DATA_LICENCES,
            Topic.OVERLAP,
            Topic.EXTERNAL_OVERLAP,
            Topic.EVIDENCE,
            Topic.CUSTODY,
            Topic.EXTERNAL_CUSTODY,
        ),
        PROTOCOL.number: (
            Topic.PROTOCOL,
            Topic.REFERENCE_STANDARD,
            Topic.SAMPLING,
            Topic.EXTERNAL_PROTOCOL,
            Topic.EXTERNAL_REFERENCE,
            Topic.EXTERNAL_SAMPLING,
            Topic.OPERATING_POINT,
            Topic.UNSCORED,
            Topic.COSTS,
            Topic.SUBGROUPS,
            Topic.CRITERIA,
            Topic.INTERVALS,
            Topic.REUSE,
        ),
        CHANGE.number: (Topic.COMPARISON,),
        DEPLOYMENT.number: (Topic.RISK_TIER, Topic.FAIRNESS_MONITORING),
        RECORD.number: (Topic.SIGNOFFS,),
    }
)
SECTION: Final[Mapping[Topic, int]] = MappingProxyType(
    {topic: section for section, topics in _SECTIONS.items() for topic in topics}
)
"""Topic → section of the card that prints its answer; a topic that none prints is not there."""
