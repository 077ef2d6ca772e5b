"""TRIPOD+AI: its 52 items, in our words.

References
----------
Collins GS, Moons KGM, Dhiman P, et al. TRIPOD+AI statement: updated guidance for reporting clinical
prediction models that use regression or machine learning methods. BMJ 2024;385:e078378.
doi:10.1136/bmj-2023-078378
"""

from reports.coverage.items import Guideline, item, of_articles, unless_updated
from reports.exports import topics

T = topics.Topic  # there are very many of them
_INTRODUCTION, _METHODS, _OPEN = "Introduction", "Methods", "Open science"
_RESULTS, _DISCUSSION = "Results", "Discussion"

TRIPOD_AI = Guideline(
    key="tripod-ai",
    name="TRIPOD+AI",
    citation="Collins GS, Moons KGM, Dhiman P, et al. BMJ 2024;385:e078378",
    doi="10.1136/bmj-2023-078378",
    items=(
        item("1", "Title", "What the title names", unless=of_articles),
        item("2", "Abstract", "What the abstract holds", unless=of_articles),
        item("3a", _INTRODUCTION, "Clinical context, and why", T.INTENDED_USE, T.PUBLICATIONS),
        item("3b", _INTRODUCTION, "For whom, for what, used by whom", T.POPULATION, T.USERS),
        item("3c", _INTRODUCTION, "Inequalities known between groups", T.FAIRNESS),
        item("4", _INTRODUCTION, "What was to be found out", T.PROTOCOL, T.CRITERIA),
        item(
            "5a", _METHODS, "Sources of the data", T.TRAINING_SOURCE, T.TESTING_SOURCE, T.SAMPLING
        ),
        item("5b", _METHODS, "Dates of the data", T.TRAINING_DATES, T.TESTING_DATES),
        item("6a", _METHODS, "Settings and centres", T.TRAINING_SOURCE, T.TESTING_SOURCE),
        item("6b", _METHODS, "Who was eligible", T.TRAINING_ELIGIBILITY, T.TESTING_ELIGIBILITY),
        item("6c", _METHODS, "Treatments, and how they were dealt with"),
        item("7", _METHODS, "How data were prepared and checked, in every group"),
        item("8a", _METHODS, "The outcome and why", T.REFERENCE_STANDARD, T.REFERENCE_CHOICE),
        item(
            *("8b", _METHODS, "Who assessed the outcome, where that takes judgement"),
            *(T.TRAINING_ANNOTATORS, T.TESTING_ANNOTATORS, T.ANNOTATION),
        ),
        item("8c", _METHODS, "Blinding of the outcome", T.REFERENCE_CHOICE),
        item("9a", _METHODS, "How predictors were chosen", T.INPUTS),
        item("9b", _METHODS, "What the predictors are, measured how", T.INPUTS),
        item("9c", _METHODS, "Who assessed predictors, where that takes judgement"),
        item("10", _METHODS, "Why the samples were large enough", T.SAMPLE, T.SAMPLE_SIZE),
        item("11", _METHODS, "What was done about missing data", T.UNSCORED),
        item("12a", _METHODS, "How the data were divided", T.TRAINING_COUNTS, T.OVERLAP),
        item("12b", _METHODS, "How predictors entered the analysis"),
        item(
            *("12c", _METHODS, "Kind of model, how it was built and tested internally"),
            *(T.ARCHITECTURE, T.TRAINING_RUN, T.INTERNAL_RESULTS),
        ),
        item("12d", _METHODS, "How differences between sites were treated", T.HETEROGENEITY),
        item(
            *("12e", _METHODS, "Measures of performance, and why these"),
            *(T.METRIC_CHOICE, T.CRITERIA, T.INTERVALS),
        ),
        item("12f", _METHODS, "Updating after the test", T.LINEAGE, unless=unless_updated),
        item("12g", _METHODS, "How the tested scores were made", T.EVIDENCE, T.ARTIFACTS),
        item("13", _METHODS, "Class imbalance, and recalibration after it", T.IMBALANCE),
        item("14", _METHODS, "What was done for fairness, and why", T.FAIRNESS),
        item(
            *("15", _METHODS, "What the output is, and where its threshold comes from"),
            *(T.OUTPUT, T.OUTPUT_TYPE, T.OPERATING_POINT),
        ),
        item(
            *("16", _METHODS, "How testing data differ from training data"),
            *(T.GENERALIZATION, T.CASE_MIX),
        ),
        item(
            *("17", _METHODS, "Ethics approval and consent"),
            *(T.LEGAL_BASIS, T.CLINICAL_VALIDATION),
        ),
        item("18a", _OPEN, "Funding", T.FUNDING),
        item("18b", _OPEN, "Competing interests", T.COMPETING_INTERESTS),
        item("18c", _OPEN, "Where the protocol is", T.PROTOCOL),
        item("18d", _OPEN, "Registration of the study", T.CLINICAL_VALIDATION),
        item("18e", _OPEN, "Whether the data can be had", T.DATA_LICENCES),
        item("18f", _OPEN, "Whether the code can be had", T.CODE),
        item("19", "Patients and public", "How they were involved", T.STAKEHOLDERS),
        item("20a", _RESULTS, "How many, with and without the outcome", T.COUNTS),
        item(
            *("20b", _RESULTS, "Who they were, by source and by group"),
            *(T.COUNTS, T.TRAINING_GROUPS, T.EXTERNAL_GROUPS),
        ),
        item("20c", _RESULTS, "Testing beside training data", T.CASE_MIX),
        item("21", _RESULTS, "Participants and events by analysis", T.TRAINING_COUNTS, T.COUNTS),
        item("22", _RESULTS, "The whole model, and leave to use it", T.ARTIFACTS, T.LICENCE),
        item(
            *("23a", _RESULTS, "Performance with intervals, also by group"),
            *(T.INTERNAL_RESULTS, T.EXTERNAL_RESULTS, T.EXTERNAL_FAIRNESS, T.CALIBRATION),
        ),
        item("23b", _RESULTS, "Differences between sites", T.HETEROGENEITY),
        item("24", _RESULTS, "Performance after updating", T.LINEAGE, unless=unless_updated),
        item("25", _DISCUSSION, "What the results mean, also for fairness", T.DECISION, T.WORST),
        item("26", _DISCUSSION, "Limitations", T.LIMITATIONS, T.HAZARDS),
        item("27a", _DISCUSSION, "What to do with poor or absent input", T.UNSCORED),
        item("27b", _DISCUSSION, "What users must do and know", T.USERS, T.HOW_TO_USE),
        item("27c", _DISCUSSION, "What comes next", T.CONDITIONS, T.DECAY),
    ),
)
