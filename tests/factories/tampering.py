"""Tampering for tests: every way we could think of to make a release bundle say something else.

Each is done by somebody who also makes the list of files fit, with the registry's own key: so
that it is found by what it breaks, not by the list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from registry.domain import releases
from tests.factories import forging as f
from tests.factories.releases import Release


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way to tamper.

    Attributes
    ----------
    make : callable
        Release → release.
    found : str
        The sentence that must be said.
    words : str
        What must stand in it.
    file : str or None
        The file that must be named.
    in_browser : bool
        Whether a browser can find it, too.
    """

    make: Callable[[Release], Release]
    found: str
    words: str = ""
    file: str | None = None
    in_browser: bool = True


D, S, X, ST = releases.DOSSIER, releases.SIGNOFFS, releases.DECISION, releases.STANDING
OFFICER, LEAD, VALIDATOR = "clinical safety officer", "clinical lead", "independent validator"
KINDS: Mapping[str, Kind] = {
    "a verdict in the dossier turned": Kind(
        make=f.setting(D, "criteria", 0, "verdict", to="not met"),
        found="decision.fails", words="another dossier", file=X),
    "a verdict turned, as judged again": Kind(
        make=f.setting(D, "criteria", 0, "verdict", to="not met"),
        found="criteria.differ", words="not met", file=D, in_browser=False),
    "a requirement dropped": Kind(
        make=f.at(D, lambda d: d["requirements"].pop()),
        found="criteria.differ", words="nothing", file=D, in_browser=False),
    "the dossier of another version": Kind(
        make=f.setting(D, "version", "number", to=7),
        found="standing.fails", words="another version"),
    "an objection taken out": Kind(
        make=f.at(S, f.drop_objection), found="sign.removed", words="Nora Night", file=S),
    "an objection taken out, as the trail knows": Kind(
        make=f.at(S, f.drop_objection), found="sign.removed", words="entry", file=S),
    "a required sign-off taken out": Kind(
        make=f.at(S, f.drop_officer), found="decision.short", words=OFFICER, file=S),
    "two signatures swapped": Kind(make=f.at(S, f.swap), found="sign.fails", file=S),
    "a meaning changed, as signed": Kind(
        make=f.of_role(OFFICER, lambda one: one["statement"].update(meaning="review")),
        found="sign.fails", words="did not sign this statement", file=S),
    "an objection made support, as shown": Kind(
        make=f.of_role("information governance", lambda one: one.update(meaning="support")),
        found="sign.altered", words="the meaning", file=S),
    "reasons changed, as shown": Kind(
        make=f.of_role("information governance", lambda one: one.update(reasons="Fine.")),
        found="sign.altered", words="the reasons", file=S),
    "another name, as shown": Kind(
        make=f.of_role(LEAD, lambda one: one["person"].update(name="Dr Somebody")),
        found="sign.altered", words="the name", file=S),
    "a passkey's answer changed": Kind(
        make=f.of_role(VALIDATOR, lambda one: one["proof"]["assertion"]["response"].update(
            signature="AAAA")), found="sign.fails", words="proof", file=S),
    "a passkey's statement changed": Kind(
        make=f.of_role(VALIDATOR, lambda one: one["statement"].update(reasons="Sound.")),
        found="sign.fails", words="did not sign", file=S),
    "a password called a passkey": Kind(
        make=f.of_role(OFFICER, lambda one: one.update(method="passkey")),
        found="sign.fails", file=S),
    "a password called a fresh login": Kind(
        make=f.of_role(OFFICER, lambda one: one.update(method="fresh-login+server-key")),
        found="sign.fails", words="did not sign", file=S),
    "an objection called withdrawn": Kind(
        make=f.of_role("information governance", lambda one: one.update(withdrawn_at="2026-11-23")),
        found="sign.fails", words="no signature shows that", file=S),
    "the withdrawal of somebody else": Kind(
        make=f.other_withdrawal, found="sign.fails", words="another person's", file=S),
    "a sign-off that the trail does not know": Kind(
        make=f.copied, found="sign.untold", words="Clinical Lead", file=S),
    "one person in two required roles": Kind(
        make=f.another_role, found="decision.double", words="two required roles", file=S),
    "an author who approves": Kind(make=f.own_work, found="decision.own", words=" heart-cad/1"),
    "an objection of the safety officer beside an approval": Kind(
        make=f.resigned(OFFICER, meaning="object", reasons="No."),
        found="decision.against", words="objects", in_browser=True),
    "the outcome changed": Kind(
        make=f.setting(X, "signed", "document", "outcome", to="approve"),
        found="decision.fails", words="not the one that was signed", file=X),
    "the outcome changed, as shown": Kind(
        make=f.setting(X, "outcome", to="approve"),
        found="decision.altered", words="outcome", file=X),
    "a condition dropped": Kind(
        make=f.at(X, lambda d: d["conditions"].clear()),
        found="decision.altered", words="conditions", file=X),
    "a condition reworded": Kind(
        make=f.setting(X, "conditions", 0, "text", to="Nothing."),
        found="decision.altered", words="conditions", file=X),
    "the decision's signature changed": Kind(
        make=f.setting(X, "signed", "signature", to="AAAA"), found="decision.fails", file=X),
    "a decision in another role": Kind(
        make=f.decided(role="model owner"), found="decision.maker", words="model owner", file=X),
    "a decision that the trail does not know": Kind(
        make=f.decided(nonce="another"), found="sign.untold", words="decision: approve", file=X),
    "the decision taken out": Kind(
        make=lambda r: r.without(X), found="decision.removed", words="entry", file=X),
    "a weaker policy": Kind(make=f.weaker_policy, found="decision.foreign", file=releases.POLICY),
    "another standing": Kind(
        make=f.setting(ST, "state", to="suspended"),
        found="standing.fails", words="the trail says"),
    "a standing's reason changed": Kind(
        make=f.setting(ST, "reason", to="Approved everywhere."),
        found="standing.fails", words="did not sign it", file=ST),
    "a standing that nobody signed": Kind(
        make=f.setting(ST, "signature", to=None), found="standing.fails", words="nobody signed it"),
    "a standing as draft": Kind(
        make=f.draft_standing, found="standing.fails", words="it says draft", file=ST),
    "an assessment changed": Kind(
        make=f.setting(f.ASSESSMENT, "rows", to=999), found="evidence.foreign", file=f.ASSESSMENT),
    "an assessment changed, and the dossier with it": Kind(
        make=f.refrozen(lambda a: a.update(rows=999)),
        found="evidence.differs", words="999", file=f.ASSESSMENT, in_browser=False),
    "a figure changed in the ninth digit, and the dossier with it": Kind(
        make=f.refrozen(lambda a: a["strata"][0]["estimates"]["auroc"].update(
            value=a["strata"][0]["estimates"]["auroc"]["value"] + 1e-8)),
        found="evidence.differs", words="auroc", file=f.ASSESSMENT, in_browser=False),
    "another tally": Kind(make=f.flipped(f.TALLY), found="evidence.foreign", file=f.TALLY),
    "another protocol": Kind(
        make=lambda r: r.changed(
            next(path for path in r.files if path.startswith("protocols/")),
            lambda p: p.update(name="Another plan")),
        found="evidence.foreign", words="protocols/"),
    "a tally taken out": Kind(
        make=lambda r: r.without(f.TALLY), found="file.needed", file=f.TALLY),
    "a bit of the card": Kind(
        make=f.flipped(releases.CARD), found="card.foreign", words="no card with these bytes"),
    "bytes behind the end of the card": Kind(
        make=lambda r: r.put(releases.CARD, r.files[releases.CARD] + b"\n% more\n"),
        found="card.foreign", file=releases.CARD),
    "the card cut off": Kind(
        make=lambda r: r.put(releases.CARD, r.files[releases.CARD][:5000]),
        found="card.foreign", file=releases.CARD),
    "another dossier inside the card": Kind(
        make=f.card_with(D, b'{"schema":"cmr.dossier/1"}'),
        found="card.differs", words=D, file=releases.CARD, in_browser=False),
    "other sign-offs inside the card": Kind(
        make=f.card_with(S, b'{"signoffs":[]}'),
        found="card.differs", words=S, file=releases.CARD, in_browser=False),
    "the card taken out": Kind(
        make=lambda r: r.without(releases.CARD), found="file.needed", file=releases.CARD),
    "an entry of the trail edited": Kind(
        make=f.lines(releases.ENTRIES, lambda x: x.__setitem__(3, x[3].replace(b"2026", b"2025"))),
        found="trail.astray", words="Entry", file=releases.ENTRIES),
    "two entries swapped": Kind(
        make=f.lines(releases.ENTRIES, lambda x: x.insert(0, x.pop())),
        found="trail.astray", file=releases.ENTRIES),
    "an entry taken out": Kind(
        make=f.lines(releases.ENTRIES, lambda x: x.pop()),
        found="trail.broken", words="proofs", file=releases.PROOFS),
    "a sign-off's entry taken out, with its proof": Kind(
        make=f.without_entry("review.signed"), found="sign.untold", file=S),
    "the card's entry taken out, with its proof": Kind(
        make=f.without_entry("card.issued"), found="card.foreign", file=releases.CARD),
    "a proof changed": Kind(
        make=f.lines(releases.PROOFS, lambda x: x.__setitem__(0, x[1])),
        found="trail.astray", file=releases.ENTRIES),
    "the checkpoint of a fork": Kind(
        make=f.turn, found="trail.astray", words="another trail", file=releases.ENTRIES),
    "a checkpoint by another key": Kind(
        make=f.checkpoint(f.OTHER), found="trail.unsigned", file=releases.CHECKPOINT),
    "a checkpoint of another registry": Kind(
        make=f.checkpoint(origin="elsewhere"), found="trail.unsigned", words="elsewhere"),
    "a checkpoint that says another size": Kind(
        make=f.checkpoint(size=40), found="trail.astray", file=releases.ENTRIES),
    "the checkpoint taken out": Kind(
        make=lambda r: r.without(releases.CHECKPOINT), found="file.needed",
        file=releases.CHECKPOINT),
    "a document that nobody signed": Kind(
        make=f.renamed, found="sign.paper", file="signed/decision-0000000000000000.json"),
    "a signature under a protocol changed": Kind(
        make=f.at(releases.SIGNED, f.one_other), found="sign.other", words="statistics"),
    "the list of files about another version": Kind(
        make=f.setting(releases.MANIFEST, "version", to="heart-cad/9"),
        found="list.astray", words="heart-cad/9"),
    "a file that is no JSON": Kind(
        make=lambda r: r.put(S, b"nothing"), found="file.shape", words="no JSON object", file=S),
    "a file of another shape": Kind(
        make=lambda r: r.put(S, {"signoffs": [{"statement": 1}]}), found="file.shape", file=S),
}  # fmt: skip
