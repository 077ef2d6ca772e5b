"""Drafts of safety cases: TOML to fill in, with what its claims may point to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.shapes.safety_cases import CaseOutlineOut

_TEXTS = (
    ("purpose", "What the case is for: which release, for what use, where."),
    ("changed", "What changed since the case before."),
    ("strategy", "How the argument goes as a whole, before its claims."),
    ("benefit", "What is gained, against what may go wrong."),
    ("environment", "Where it runs, on what, and who uses it."),
    ("customisations", "What was changed locally, and what follows for safety; or “none”."),
    ("decommissioning", "How it is taken out of use again, and what people do then."),
    (
        "summary",
        "The summary safety statement: is the residual risk acceptable, for what use, under what?",
    ),
)
_OF_A_SITE = {"environment", "customisations", "decommissioning"}
_LINKS = ("hazard", "evidence", "criterion", "statement", "document", "why")


def written(outline: CaseOutlineOut) -> str:
    """Return a case as commented TOML: what the records give, and what was authored before."""
    return "\n".join([*_head(outline), *_body(outline), *_claims(outline), ""])


def _head(outline: CaseOutlineOut) -> Iterator[str]:
    """Yield what the case is about, and what its claims may point to."""
    about = outline.version if outline.site is None else f"{outline.version} at {outline.site}"
    yield f"# Safety case {outline.number} about {about}: write the parts that only people can."
    yield "# System, people, hazards, test issues, evidence and digests follow from the records."
    yield "#"
    yield "# What a claim may point to:"
    for one in outline.hazards:
        yield f"#   hazard = {one['number']:<4} {_hazard(one, outline.acceptable_rating)}"
    for one in outline.evidence:
        counts = "" if one["counts"] else f"; does not count: {_line(one['because'])}"
        yield f"#   evidence = {one['number']:<2} {one['purpose']}, {one['custody']}{counts}"
    for one in outline.criteria:
        yield (
            f'#   evidence = {one["evidence"]}, criterion = "{one["criterion"]}": '
            f"{one['verdict'].upper()}. {_line(one['text'])}"
        )
    for one in outline.statements:
        yield f"#   statement = {one['number']:<2} {_line(one['title'])}"
    yield '#   document = "sha256:…"  an artifact kept here'
    for sentence in outline.lacks:
        yield f"# Before it can be signed: {_line(sentence)}"
    yield ""


def _hazard(one: Mapping[str, Any], acceptable: int | None) -> str:
    """Return a hazard in a line: name, the rating that counts, and whether that is too high."""
    rating = one["rating"]
    words = f"{_line(one['name'])}; " + ("not rated" if rating is None else f"rated {rating}")
    words += f", {one['because']}" if one["because"] else ""
    high = rating is None or (acceptable is not None and rating > acceptable)
    limit = f" — ABOVE {acceptable}, which is acceptable: some claim must speak of it"
    return f"{words} ({one['status']}){limit if high else ''}"


def _body(outline: CaseOutlineOut) -> Iterator[str]:
    """Yield the texts of the case, each under what it is for."""
    before = outline.before or {}
    phases = (
        ("delivery", "requirements, design, test, delivery or modification")
        if outline.site is None
        else ("deployment", "deployment, use, maintenance or decommissioning")
    )
    yield f"phase = {_quoted(before.get('phase') or phases[0])}   # {phases[1]}"
    for name, what in _TEXTS:
        if name in _OF_A_SITE and outline.site is None:
            continue
        if name == "changed" and outline.before is None:
            continue
        yield ""
        yield f"# {what}"
        said = "" if name == "changed" else before.get(name) or ""
        yield f"{name} = {_quoted(said)}"


def _claims(outline: CaseOutlineOut) -> Iterator[str]:
    """Yield the claims: those of the case before, or one to begin with."""
    yield ""
    yield "# The argument: what is claimed, why it follows, and what shows it. A claim may carry"
    yield '# another that stands before it (under = "C1"). Each needs evidence, or a claim below.'
    claims: Sequence[Mapping[str, Any]] = (outline.before or {}).get("claims") or [_first(outline)]
    for claim in claims:
        yield ""
        yield "[[claims]]"
        for name in ("id", "claim", "argument", "under"):
            if claim.get(name) is not None:
                yield f"{name} = {_quoted(claim[name])}"
        for link in claim["evidence"]:
            yield "[[claims.evidence]]"
            for name in _LINKS:
                if link.get(name) is not None:
                    value = link[name]
                    yield f"{name} = {value if isinstance(value, int) else _quoted(value)}"


def _first(outline: CaseOutlineOut) -> dict[str, Any]:
    """Return a claim to begin with; it points to every hazard there is."""
    links = [{"hazard": one["number"], "why": ""} for one in outline.hazards]
    return {"id": "C1", "claim": "", "argument": "", "evidence": links}


def _line(text: object) -> str:
    """Return a text on one line."""
    return " ".join(str(text or "").split())


def _quoted(text: str) -> str:
    """Return a text as TOML has it: over several lines where it has any."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    if "\n" not in plain:
        return f'"{plain}"'
    return f'"""\n{plain}"""'
