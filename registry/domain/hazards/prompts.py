"""Prompts: questions to begin a hazard log of a prediction model with, by theme.

They are no hazards yet: each asks whether something could happen here, and names causes and
controls that others found useful to think about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from registry.domain.errors import NotFoundError
from validation.spelling import suggestion


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One question: its slug, its theme, what could go wrong and why, and what may help."""

    slug: str
    theme: str
    asks: str
    causes: str
    controls: str

    def document(self) -> Mapping[str, Any]:
        """Return the prompt as JSON."""
        return {
            "slug": self.slug,
            "theme": self.theme,
            "asks": self.asks,
            "causes": self.causes,
            "controls": self.controls,
        }


def _prompt(slug: str, theme: str, asks: str, causes: str, controls: str) -> Prompt:
    """Return one line of the table below."""
    return Prompt(slug=slug, theme=theme, asks=asks, causes=causes, controls=controls)


PEOPLE: Final = "people and the output"
PATIENTS: Final = "patients and groups"
DATA: Final = "data that come in"
MODEL: Final = "the model itself"
SETTING: Final = "setting and threshold"
OPERATION: Final = "operation"
CHANGE: Final = "change over time"

PROMPTS: Final[tuple[Prompt, ...]] = (
    _prompt(
        "automation-bias",
        PEOPLE,
        "Would a clinician follow a wrong output against their own reading?",
        "Trust grown from many right answers; haste; the score is seen before the images.",
        "Show the score after the first reading; show what it is unsure of; train on its errors.",
    ),
    _prompt(
        "disuse",
        PEOPLE,
        "Would a right output be ignored, so that a patient waits who need not?",
        "Earlier false alerts; nobody explained what the output is for.",
        "Feed results back to users; watch how often outputs are overridden.",
    ),
    _prompt(
        "alarm-fatigue",
        PEOPLE,
        "Would so many false alerts come that true ones are passed over?",
        "Low prevalence at the site; a threshold set for another one.",
        "Set the threshold on workload, too; count alerts per shift; stop rule on flag rate.",
    ),
    _prompt(
        "deskilling",
        PEOPLE,
        "Would people lose the skill that is needed when the model is away or wrong?",
        "Reading only what was flagged; new staff who never worked without it.",
        "Read a share unaided; rehearse the downtime procedure.",
    ),
    _prompt(
        "misread-score",
        PEOPLE,
        "Could a score be taken for what it is not, such as a probability or a diagnosis?",
        "A rank shown as a percentage; a label such as “normal” under a low score.",
        "Show words agreed with users; calibrate, or do not show the number.",
    ),
    _prompt(
        "off-label-use",
        PEOPLE,
        "Would it be used for another question or other patients than intended?",
        "It is at hand; the screen does not say what it is not for.",
        "Restrict the orders that call it; print what it is not for beside the output.",
    ),
    _prompt(
        "missed-positive",
        PATIENTS,
        "What happens to a patient whose finding is missed?",
        "Small, early or atypical findings; two findings, one of them flagged.",
        "No patient leaves the list on a negative alone; every exam is read in a set time.",
    ),
    _prompt(
        "false-positive-harm",
        PATIENTS,
        "What is done to a patient who was flagged in error?",
        "Mimics; devices or scars; a flag leads straight to an invasive test.",
        "A clinician confirms before anything is done; count what flags led to.",
    ),
    _prompt(
        "subgroup-failure",
        PATIENTS,
        "Does it fail more often in a group by sex, age, ethnicity, build or illness?",
        "Few of them in training; the reference standard is worse for them.",
        "Judge criteria over every group; exclude a group that was not shown to be safe.",
    ),
    _prompt(
        "never-tested-group",
        PATIENTS,
        "Will it meet patients of whom the evidence has none or too few?",
        "Children, pregnancy, rare devices, other pathways of referral.",
        "Refuse them at the interface; say so beside the output; silent running first.",
    ),
    _prompt(
        "rare-grave-finding",
        PATIENTS,
        "Is there a rare finding whose miss is grave and of which no test had enough?",
        "Severity was not recorded; the average hides it.",
        "Judge sensitivity by severity; keep a second look for it.",
    ),
    _prompt(
        "wrong-patient",
        DATA,
        "Could an output reach another patient's record?",
        "Identifiers that repeat between systems; a merge of records; a late message.",
        "Match on two identifiers; refuse an output whose exam is not the one on screen.",
    ),
    _prompt(
        "wrong-series",
        DATA,
        "Could the wrong image, side, view or sample be read?",
        "Series named by hand; several exams in one order.",
        "Check modality, view and time before scoring; show what was scored.",
    ),
    _prompt(
        "out-of-distribution",
        DATA,
        "What does it say of an input unlike anything it was made from?",
        "Artefacts, new devices, implants, a corrupted file: it answers with confidence.",
        "Check inputs before scoring and abstain; the fail-safe of an unscored exam.",
    ),
    _prompt(
        "missing-input",
        DATA,
        "What happens where an input is missing, late or in another unit?",
        "A default value is put in unseen; mmol for mg; a laboratory changes its method.",
        "Refuse rather than fill in; check ranges and units; count what was refused.",
    ),
    _prompt(
        "adversarial-input",
        DATA,
        "Could somebody alter an input so that the output is wrong?",
        "Open interfaces; images from outside; text that a model reads as an instruction.",
        "Sign what devices send; restrict who may call; watch for odd confidence.",
    ),
    _prompt(
        "label-leakage",
        MODEL,
        "Did it learn a sign of the answer instead of the disease?",
        "Drains, markers, ward names, text of the report, the time of the order.",
        "Test without the sign; external testing at sites with other habits.",
    ),
    _prompt(
        "poor-calibration",
        MODEL,
        "Would a probability be acted upon that is far from what happens?",
        "Trained on enriched data; another prevalence; never recalibrated.",
        "A criterion on calibration at every site; recalibrate and test anew.",
    ),
    _prompt(
        "reference-standard-error",
        MODEL,
        "Was it taught and tested against answers that are often wrong?",
        "One reader; readers saw the model; only patients with a biopsy were counted.",
        "State the reference standard; several blinded readers; say what stays unverified.",
    ),
    _prompt(
        "threshold-misuse",
        SETTING,
        "Could it run at another threshold than the one that was approved?",
        "A setting left at its default; a site tunes it; units of the score change.",
        "Make the threshold part of the configuration that is checked before use.",
    ),
    _prompt(
        "prevalence-shift",
        SETTING,
        "Is the finding much rarer or commoner here than where it was tested?",
        "From a referral centre to screening; another pathway.",
        "Local acceptance testing; state predictive values at the site's own prevalence.",
    ),
    _prompt(
        "downtime",
        OPERATION,
        "What happens while it gives no answer?",
        "Network, queue, licence, storage; a silent failure that looks like “nothing found”.",
        "A downtime procedure that was rehearsed; an unscored exam looks unlike a negative.",
    ),
    _prompt(
        "delay",
        OPERATION,
        "Could an output come too late to matter, or after the decision?",
        "Load at the end of the day; retries; messages out of order.",
        "A time limit after which the exam goes the usual way; show the time of the output.",
    ),
    _prompt(
        "version-confusion",
        OPERATION,
        "Could another version run than the one that was approved?",
        "A container tag that moves; a roll-back; two sites on two versions.",
        "Deploy by digest; ask for a permit at start; show the version with each output.",
    ),
    _prompt(
        "privacy-breach",
        OPERATION,
        "Could patients' data leave through the model, its logs or its output?",
        "Debug logs; files kept for retraining; text that repeats its training data.",
        "Keep no rows; delete staged tables; restrict logs.",
    ),
    _prompt(
        "drift",
        CHANGE,
        "Would anybody notice that it became worse?",
        "New scanners, protocols, coding or treatment; nobody collects labels.",
        "Monitoring windows with labels; signals without labels; a stop rule.",
    ),
    _prompt(
        "feedback-loop",
        CHANGE,
        "Do its own outputs change the data that it is judged or retrained on?",
        "Only flagged patients are tested; treatment prevents the outcome it predicts.",
        "Follow up a random share of negatives; keep a share unscored.",
    ),
    _prompt(
        "upstream-change",
        CHANGE,
        "Could a change elsewhere break it without anybody thinking of it?",
        "A new PACS, reconstruction kernel, laboratory method or field in the record.",
        "Put it on the list of what changes are checked against; test after each.",
    ),
)


def prompt(slug: str) -> Prompt:
    """Return the prompt of a slug.

    Raises
    ------
    NotFoundError
        When there is none: names the nearest.
    """
    for one in PROMPTS:
        if one.slug == slug:
            return one
    hint = suggestion(slug, [one.slug for one in PROMPTS])
    raise NotFoundError(f"No prompt is called “{slug[:60]}”. {hint}")
