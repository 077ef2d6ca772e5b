"""Evidence: whether it is what the dossier cites, and comes out the same when computed again."""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import pyarrow.parquet as pq

from registry.domain import dossiers, policies
from registry.domain.digests import digest_of
from registry.domain.releases.checking.given import Given
from registry.domain.releases.files import (
    DOSSIER,
    POLICY,
    SITES,
    evidence_path,
    protocol_path,
)
from validation import assessment as assessments
from validation.errors import ValidationError
from validation.federation.naming import renamed
from validation.protocols import from_document
from validation.recomputation import Change, Difference, differences
from validation.tallies import Tally
from validation.tallies import files as tally_files

Document = Mapping[str, Any]
_LARGEST: Final = 2 << 30  # bytes that a tally may take once it is unpacked
_WIDE: Final = 8  # bytes of a number


def check(given: Given) -> None:
    """Check every piece of evidence that the dossier cites, and what was judged by it."""
    dossier = given.read(DOSSIER)
    if dossier is None:
        return
    if given.alone:
        given.report.say("evidence.not_here")
    else:
        for item in dossier["evidence"]:
            _check_item(given, item)
        _check_judged(given, dossier)
    held = {
        f"{one['table']['custodian']}, {one['table']['location']}": None
        for one in dossier["evidence"]
    }
    if held:
        given.report.say("evidence.rows", where="; ".join(held))


def _check_item(given: Given, item: Document) -> None:
    """Check one piece of evidence: what is cited, then the computation."""
    number = item["number"]
    paths = {
        evidence_path(number, "tally.parquet"): item["tally"],
        evidence_path(number, "assessment.json"): item["assessment_digest"],
        protocol_path(item["protocol"]): item["protocol"],
    }
    found = [given.need(path) for path in paths]
    if None in found:
        return
    faulty = False
    for (path, digest), content in zip(paths.items(), found, strict=True):
        if digest_of(content or b"") != digest:
            faulty = True
            given.report.say("evidence.foreign", file=path, number=number)
    tally, assessment, protocol = (content or b"" for content in found)
    if not faulty and json.loads(assessment) != item["assessment"]:
        faulty = True
        given.report.say("evidence.foreign", file=DOSSIER, number=number)
    if faulty:
        return
    given.report.say(
        "evidence.cited", number=number, rows=item["table"]["rows"], purpose=item["purpose"]
    )
    try:
        _compute(given, item, tally, json.loads(protocol))
    except ValidationError as error:
        why = f"{error}".rstrip(".")
        path = evidence_path(number, "tally.parquet")
        given.report.say("evidence.impossible", file=path, number=number, why=why)


def _compute(given: Given, item: Document, content: bytes, protocol: Document) -> None:
    """Compute an assessment again and compare every figure."""
    tally = _named(given, item, _read(content))
    now = assessments.document(assessments.assess(tally, from_document(protocol)))
    found = [
        one
        for one in differences(item["assessment"], json.loads(json.dumps(now)))
        if one.change is not Change.NEW or one.is_verdict
    ]
    number = item["number"]
    if not found:
        given.report.say("evidence.again", number=number)
    elif item["engine"] != assessments.ENGINE:
        given.report.say(
            "evidence.engine",
            number=number,
            stored=item["engine"],
            now=assessments.ENGINE,
            count=len(found),
        )
    else:
        one = found[0]
        given.report.say(
            "evidence.differs",
            file=evidence_path(number, "assessment.json"),
            number=number,
            count=len(found),
            what=_what(one),
            stored=one.stored,
            now=one.now,
        )


def _read(content: bytes) -> Tally:
    """Return a tally, unless it would fill the memory.

    Raises
    ------
    ValueError
        When it says that it is beyond all measure.
    """
    told = pq.read_metadata(BytesIO(content))
    size = max(
        sum(told.row_group(place).total_byte_size for place in range(told.num_row_groups)),
        told.num_rows * told.num_columns * _WIDE,
    )
    if size > _LARGEST:
        raise ValueError(f"the tally would take {size:,} bytes")
    return tally_files.read(content)


def _named(given: Given, item: Document, tally: Tally) -> Tally:
    """Return a tally with the registry's own names of its sites.

    One that a site sent is kept as it came, with the names that the site uses.
    """
    if item["tally"] != item["table"]["digest"] or SITES not in given.files:
        return tally
    known = json.loads(given.files[SITES])["known_as"]
    return renamed(tally, {site: known.get(site, site) for site in tally.levels["site"]})


def _what(one: Difference) -> str:
    """Return which figure differs."""
    where = [f"{value}" for value in one.where.values() if isinstance(value, str | int | float)]
    strata = one.where.get("by")
    if isinstance(strata, Mapping):
        where += [f"{name} {level}" for name, level in strata.items()]
    return " ".join([one.section, *where, one.key]).strip()


def _check_judged(given: Given, dossier: Document) -> None:
    """Judge the dossier again by its policy, and compare verdicts and requirements."""
    content = given.files.get(POLICY)
    if content is None or digest_of(content) != dossier["policy"]["digest"]:
        return
    policy = policies.from_document(json.loads(content))
    again = json.loads(json.dumps(dossiers.judged_by(policy, dossier)))
    found = [
        (_what(one), one.stored, one.now)
        for one in differences({"criteria": dossier["criteria"]}, {"criteria": again["criteria"]})
    ]
    before, now = (
        {one["id"]: one["status"] for one in document["requirements"]}
        for document in (dossier, again)
    )
    found += [
        (f"the requirement “{name}”", before.get(name, "nothing"), now.get(name, "nothing"))
        for name in {**before, **now}
        if before.get(name) != now.get(name)
    ]
    if not found:
        given.report.say(
            "criteria.follow", count=len(dossier["criteria"]), points=len(dossier["requirements"])
        )
        return
    made_by = str(given.manifest["made"].get("by"))
    for what, stored, came in found[:5]:
        if made_by != given.asked.program:
            given.report.say("criteria.release", by=made_by, what=what, stored=stored, now=came)
        else:
            given.report.say("criteria.differ", file=DOSSIER, what=what, stored=stored, now=came)
