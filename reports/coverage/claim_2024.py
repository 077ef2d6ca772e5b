"""CLAIM 2024: its 44 items, in our words.

References
----------
Tejani AS, Klontzas ME, Gatti AA, et al. Checklist for Artificial Intelligence in Medical Imaging
(CLAIM): 2024 Update. Radiol Artif Intell 2024;6(4):e240300. doi:10.1148/ryai.240300
"""

from reports.coverage.items import Guideline, item, of_articles
from reports.exports import topics

T = topics.Topic  # there are very many of them
_DATA, _REFERENCE, _MODEL = "Data", "Reference standard", "Model"
_TRAINING, _EVALUATION, _RESULTS = "Training", "Evaluation", "Results"
_PARTITIONS, _OTHER = "Partitions", "Other information"

CLAIM_2024 = Guideline(
    key="claim-2024",
    name="CLAIM 2024",
    citation="Tejani AS, Klontzas ME, Gatti AA, et al. Radiol Artif Intell 2024;6(4):e240300",
    doi="10.1148/ryai.240300",
    items=(
        item("1", "Title", "What the title names", unless=of_articles),
        item("2", "Abstract", "What the abstract holds", unless=of_articles),
        item("3", "Introduction", "Background and clinical role", T.INTENDED_USE, T.DECISION_ROLE),
        item("4", "Introduction", "Aims and hypotheses", T.PROTOCOL, T.CRITERIA),
        item("5", "Study design", "Prospective or retrospective", T.CLINICAL_VALIDATION),
        item("6", "Study design", "Goal of the study", T.PROTOCOL),
        item("7", _DATA, "Sources of the data", T.TRAINING_SOURCE, T.TESTING_SOURCE),
        item("8", _DATA, "Who was in and out", T.TRAINING_ELIGIBILITY, T.TESTING_ELIGIBILITY),
        item("9", _DATA, "Preparation of the data"),
        item("10", _DATA, "How subsets were chosen"),
        item("11", _DATA, "De-identification", T.LEGAL_BASIS),
        item("12", _DATA, "Missing data", T.UNSCORED),
        item("13", _DATA, "How images were acquired", T.TRAINING_DEVICES, T.TESTING_DEVICES),
        item("14", _REFERENCE, "What it is", T.TRAINING_REFERENCE, T.REFERENCE_STANDARD),
        item("15", _REFERENCE, "Why this one", T.REFERENCE_CHOICE),
        item(
            *("16", _REFERENCE, "Who annotated, with what qualification"),
            *(T.TRAINING_ANNOTATORS, T.TESTING_ANNOTATORS),
        ),
        item("17", _REFERENCE, "How the testing set was annotated", T.ANNOTATION),
        item("18", _REFERENCE, "How far readers agree", T.AGREEMENT, T.REFERENCE_CHOICE),
        item("19", _PARTITIONS, "How data were divided", T.TRAINING_COUNTS, T.IMBALANCE),
        item("20", _PARTITIONS, "At what level partitions are apart", T.OVERLAP),
        item("21", _PARTITIONS, "Why the testing set is large enough", T.SAMPLE_SIZE),
        item("22", _MODEL, "The model, its inputs and outputs", T.ARCHITECTURE, T.INPUTS, T.OUTPUT),
        item("23", _MODEL, "Software and versions", T.ENVIRONMENT),
        item("24", _MODEL, "What its parameters started from", T.FOUNDATION_MODEL, T.LINEAGE),
        item("25", _TRAINING, "How it was trained", T.TRAINING_RUN, T.SAMPLE),
        item("26", _TRAINING, "How the final model was chosen"),
        item("27", _TRAINING, "Ensembling", T.ARCHITECTURE),
        item("28", _EVALUATION, "Measures, and comparison", T.METRIC_CHOICE, T.COMPARISON),
        item("29", _EVALUATION, "Uncertainty and significance", T.INTERVALS),
        item("30", _EVALUATION, "Robustness", T.ADVERSARIAL),
        item("31", _EVALUATION, "Explainability, and its own validation", T.EXPLAINABILITY),
        item("32", _EVALUATION, "Internal testing", T.INTERNAL_RESULTS),
        item("33", _EVALUATION, "External testing", T.EXTERNAL_RESULTS),
        item("34", _EVALUATION, "Registration as a trial", T.CLINICAL_VALIDATION),
        item("35", _RESULTS, "How many were in and out", T.COUNTS),
        item(
            *("36", _RESULTS, "Who they were, partition by partition"),
            *(T.TRAINING_GROUPS, T.EXTERNAL_GROUPS),
        ),
        item(
            *("37", _RESULTS, "Performance, also by group"),
            *(T.EXTERNAL_RESULTS, T.EXTERNAL_FAIRNESS),
        ),
        item("38", _RESULTS, "Accuracy with intervals", T.EXTERNAL_RESULTS, T.CALIBRATION),
        item("39", _RESULTS, "Failures looked at", T.FAILURES, T.CONFUSION),
        item("40", "Discussion", "Limitations", T.LIMITATIONS),
        item("41", "Discussion", "What it means for practice", T.INTENDED_USE, T.HAZARDS),
        item("42", _OTHER, "Where the protocol is", T.PROTOCOL),
        item("43", _OTHER, "What can be had", T.CODE, T.LICENCE, T.DATA_LICENCES),
        item("44", _OTHER, "Funding", T.FUNDING),
    ),
)
