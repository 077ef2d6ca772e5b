"""Requirements: everything a policy asks of a dossier, short of the sign-offs, judged."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from registry.domain import (
    comparing,
    failure_reviews,
    hazards,
    incidents,
    papers,
    reuse,
    scopes,
)
from registry.domain.asked import Status
from registry.domain.asked import requirement as _requirement
from registry.domain.evidence import Custody
from registry.domain.people import Role
from registry.domain.policies import EvidenceRule, Policy, Reference, TierRules, check_protocol
from registry.domain.scopes import Document, Scope
from registry.domain.statements import stale_because

EXTERNAL: Final = "external testing"
_TOO_LOOSE: Final = "custody is “"


def weigh(evidence: Sequence[Document], rules: TierRules) -> list[dict[str, Any]]:
    """Return the evidence as a policy counts it: what was held too loosely does not count."""
    weighed = []
    for item in evidence:
        least = [r.custody for r in rules.evidence if r.purpose == item["purpose"]]
        low = bool(least) and not any(Custody(item["custody"]).reaches(grade) for grade in least)
        because = item["because"]
        if low and item["counts"]:
            because = f"{_TOO_LOOSE}{item['custody']}”; the policy asks for “{least[0]}”"
        over = (
            ""
            if item["purpose"] != EXTERNAL
            else reuse.over_budget(item.get("tested"), rules.protocol.reuse)
        )
        if over and item["counts"] and not low:
            because = over
        counts = item["counts"] and not low and not over
        weighed.append({**item, "counts": counts, "because": because})
    return weighed


def unweighed(evidence: Sequence[Document]) -> list[dict[str, Any]]:
    """Return weighed evidence as it was before: what only a policy discounted counts again."""
    return [
        {**item, "counts": True, "because": None}
        if str(item["because"] or "").startswith((_TOO_LOOSE, reuse.OVER_BUDGET))
        else dict(item)
        for item in evidence
    ]


def judge(
    policy: Policy, tier: str, dossier: Document, scope: Scope, *, today: date
) -> list[dict[str, Any]]:
    """Return every requirement with its status, its reason, and for whom it waits.

    Parameters
    ----------
    policy : Policy
        The version under which the review was opened.
    tier : str
        The model's risk tier.
    dossier : mapping
        The parts of a dossier: version, datasets, overlap, statements, protocols, and evidence
        as `weigh` counts it.
    scope : Scope
        What the decision would be about.
    today : date
        The day on which it is judged: what has run out by then does not count.

    Returns
    -------
    list of dict
        ``{"id", "text", "status", "because", "waits_for"}``, in the order a reader asks.
    """
    rules = policy.rules(tier)
    return [
        _rung(tier, rules, scope),
        _artifacts(dossier["version"]),
        *_evidence(rules, dossier["evidence"], scope),
        *_protocols(policy, tier, dossier),
        _overlap(rules, dossier),
        *_thresholds(rules, dossier),
        _withdrawn(dossier["datasets"]),
        *_comparisons(rules, dossier),
        *_statements(rules, dossier["statements"], today),
        *_documents(rules, dossier, scope, today),
        *_training(rules, dossier, today),
        *hazards.require(dossier.get("hazards"), rules.hazards, today=today),
        *incidents.require(dossier.get("incidents", ()), rules.incidents),
        *failure_reviews.require(
            dossier.get("failure_reviews", ()), dossier["evidence"], rules.failure_review
        ),
    ]


def _rung(tier: str, rules: TierRules, scope: Scope) -> dict[str, Any]:
    """Judge whether the tier permits going so far."""
    text = f"The tier {tier} permits {scope.rung} use"
    if scope.rung in rules.rungs:
        return _requirement("scope.rung", text)
    allowed = " and ".join(rules.rungs) or "no use at all"
    return _requirement("scope.rung", text, "not met", f"The tier {tier} permits {allowed}.")


def _artifacts(version: Document) -> dict[str, Any]:
    """Judge whether there is anything to put to use."""
    text = "The version holds at least one artifact"
    if version["artifacts"]:
        return _requirement("version.artifacts", text)
    because = "No file is registered with the version; register another version with its files."
    return _requirement("version.artifacts", text, "missing", because, Role.ML_ENGINEER)


def _evidence(
    rules: TierRules, evidence: Sequence[Document], scope: Scope
) -> Iterator[dict[str, Any]]:
    """Judge each kind of evidence that the policy asks for."""
    for rule in rules.evidence:
        where = " at every site in scope" if rule.every_site else ""
        purpose = str(rule.purpose).capitalize()
        text = f"{purpose} evidence from {rule.scores_from}, {rule.custody}{where}"
        fit = [item for item in evidence if _fits(item, rule)]
        seen: set[str] = set().union(*(scopes.sites_in(item) for item in fit))
        lacking = [site for site in scope.sites if site not in seen] if rule.every_site else []
        key = f"evidence.{rule.id}"
        if fit and not lacking:
            yield _requirement(key, text)
            continue
        because = f"There is none at {', '.join(lacking)}." if lacking else "There is none."
        because += "".join(
            f" Evidence {item['number']} does not count: {_misfit(item, rule)}."
            for item in evidence
            if item["purpose"] == rule.purpose and item not in fit
        )
        yield _requirement(key, text, "missing", because, Role.ML_ENGINEER)


def _fits(item: Document, rule: EvidenceRule) -> bool:
    """Tell whether a piece of evidence answers a rule."""
    return item["purpose"] == rule.purpose and item["counts"] and not _misfit(item, rule)


def _misfit(item: Document, rule: EvidenceRule) -> str:
    """Return why a piece of evidence does not answer a rule of its purpose; empty if it does."""
    if not item["counts"]:
        return str(item["because"] or "it is marked as not counting").rstrip(".")
    if item["scores_from"] != rule.scores_from:
        return f"its scores are from {item['scores_from']}"
    if not Custody(item["custody"]).reaches(rule.custody):
        return f"its custody is “{item['custody']}”"
    return ""


def _protocols(policy: Policy, tier: str, dossier: Document) -> Iterator[dict[str, Any]]:
    """Judge the protocols under which counting evidence was measured."""
    used = {item["protocol"] for item in dossier["evidence"] if item["counts"]}
    protocols = [p for p in dossier["protocols"] if p["digest"] in used]
    text = "Every protocol in use is signed by the roles the policy names"
    for role in policy.rules(tier).protocol.signed_by:
        unsigned = [
            p["document"]["name"]
            for p in protocols
            if role.value not in {signature["role"] for signature in p["signatures"]}
        ]
        key = f"protocol.signed.{role.value.replace(' ', '-')}"
        if unsigned:
            because = f"The {role} has not signed “{'”, “'.join(unsigned)}”."
            yield _requirement(key, text, "missing", because, role)
    text = "No protocol in use is weaker than the policy's floors"
    weak = [
        f"“{p['document']['name']}”: {reason}"
        for p in protocols
        for reason in check_protocol(policy, tier, p["document"])
    ]
    if weak:
        yield _requirement("protocol.floors", text, "not met", " ".join(weak), Role.ML_ENGINEER)
    else:
        yield _requirement("protocol.floors", text)


def _overlap(rules: TierRules, dossier: Document) -> dict[str, Any]:
    """Judge whether patients of the training data are among those tested."""
    text = "No patient of the training data is among those tested"
    counting = {item["id"] for item in dossier["evidence"] if item["counts"]}
    pairs = [p for p in dossier["overlap"] if p["evidence"] in counting]
    found = [p for p in pairs if p["outcome"] == "found"]
    unknown = [p for p in pairs if p["outcome"] == "cannot be checked"]
    if found:
        because = " ".join(f"{_pair(p)}: {p['shared']} patients in both." for p in found)
        return _requirement("overlap", text, "not met", because, Role.DATA_STEWARD)
    if unknown:
        because = " ".join(f"{_pair(p)} cannot be checked: {_end(p['because'])}" for p in unknown)
        status: Status = "insufficient evidence" if rules.overlap_checked else "met"
        return _requirement("overlap", text, status, because, Role.DATA_STEWARD)
    if rules.overlap_checked and not pairs:
        because = "No training data are recorded with the version."
        return _requirement("overlap", text, "insufficient evidence", because, Role.DATA_STEWARD)
    return _requirement("overlap", text)


def _thresholds(rules: TierRules, dossier: Document) -> Iterator[dict[str, Any]]:
    """Judge whether a threshold was found on patients that judge it; said also where unknown."""
    counting = {item["id"] for item in dossier["evidence"] if item["counts"]}
    cited = [one for one in dossier.get("thresholds", ()) if one["evidence"] in counting]
    if not cited:
        return
    text = "No threshold was found on patients that judge it"
    found = [one for one in cited if one["outcome"] == "found"]
    unknown = [one for one in cited if one["outcome"] == "cannot be checked"]
    told = found or unknown
    because = " ".join(f"Evidence {one['number']}: {_end(one['because'])}" for one in told)
    status: Status = "met"
    if found:
        status = "not met"
    elif unknown and rules.overlap_checked:
        status = "insufficient evidence"
    yield _requirement("threshold", text, status, because, Role.DATA_STEWARD)


def _comparisons(rules: TierRules, dossier: Document) -> Iterator[dict[str, Any]]:
    """Judge the candidate beside the versions that the policy names."""
    known = {
        Reference.IN_USE: dossier.get("in_use"),
        Reference.ORIGINALLY_APPROVED: dossier.get("originally_approved"),
    }
    for one in comparing.compared(
        rules.compared_with, known, dossier["evidence"], dossier["protocols"]
    ):
        key = f"compared.{one.reference.replace(' ', '-')}"
        yield _requirement(key, one.text, one.verdict, one.because, Role.ML_ENGINEER)


def _pair(pair: Document) -> str:
    """Return two datasets as printed."""
    return f"{pair['training']} and {pair['testing']}"


def _end(sentence: str) -> str:
    """Return a sentence with one full stop."""
    return sentence.rstrip(".") + "."


def _withdrawn(datasets: Sequence[Document]) -> dict[str, Any]:
    """Judge whether a dataset under the version or its evidence was withdrawn."""
    text = "No dataset that the version or its evidence rests on is withdrawn"
    gone = [d for d in datasets if d["withdrawn"]]
    if not gone:
        return _requirement("datasets.withdrawn", text)
    because = "Withdrawn: " + ", ".join(f"{d['name']}/{d['number']}" for d in gone) + "."
    return _requirement("datasets.withdrawn", text, "not met", because, Role.DATA_STEWARD)


def _statements(
    rules: TierRules, statements: Sequence[Document], today: date
) -> Iterator[dict[str, Any]]:
    """Judge the statements that may not be missing; "not available" with a reason is one."""
    by_number: Mapping[int, Document] = {s["consideration"]: s for s in statements}
    for number in rules.statements:
        made = by_number[number]
        key, text = f"statement.{number}", f"Consideration {number}, {made['title']}, is answered"
        if made["kind"] == "missing":
            because = "Nothing was stated."
            yield _requirement(key, text, "missing", because, Role.MODEL_OWNER)
        elif made["carried_from"] is not None:
            because = f"Carried from version {made['carried_from']}; nobody has confirmed it."
            yield _requirement(key, text, "missing", because, Role.MODEL_OWNER)
        elif stale := stale_because(made["at"], months=rules.statements_months, today=today):
            yield _requirement(key, text, "missing", stale, Role.MODEL_OWNER)
        else:
            yield _requirement(key, text)


def _documents(
    rules: TierRules, dossier: Document, scope: Scope, today: date
) -> Iterator[dict[str, Any]]:
    """Judge the documents that the policy asks for this rung."""
    held = dossier.get("documents", ())
    for kind, because in papers.missing_documents(
        rules.documents, held, rung=scope.rung, today=today
    ):
        text = f"A document that holds: {kind}"
        status: Status = "missing" if because else "met"
        key = f"document.{kind.replace(' ', '-')}"
        yield _requirement(key, text, status, because, Role.MODEL_OWNER)


def _training(rules: TierRules, dossier: Document, today: date) -> Iterator[dict[str, Any]]:
    """Judge the training that the policy asks of those who hold a role."""
    people = dossier.get("training", ())
    for rule, because in papers.missing_training(rules.training, people, today=today):
        text = f"Everybody who is {rule.role} has completed {rule.topic}"
        status: Status = "missing" if because else "met"
        key = f"training.{rule.role.replace(' ', '-')}.{rule.topic.replace(' ', '-')}"
        yield _requirement(key, text, status, because, Role.ENROLLER)


def open_points(requirements: Sequence[Document]) -> list[Document]:
    """Return the requirements that are not met, those that nothing can mend first."""
    order = ("not met", "insufficient evidence", "missing")
    return sorted(
        (r for r in requirements if r["status"] != "met"), key=lambda r: order.index(r["status"])
    )
