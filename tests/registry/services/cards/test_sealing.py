"""Facts about sealed cards: from the job to what people sign in them and ask about them."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from registry.domain.cards import Match, Outcome
from registry.domain.digests import digest_of
from registry.domain.errors import BadInputError, BusyError, ConflictError, RuleBrokenError
from registry.domain.jobs import JobStatus
from registry.domain.people import Role
from registry.domain.standings import State
from registry.domain.trail import Act
from registry.faces import worker
from registry.services import audit, cards, jobs, reviews
from registry.services.cards import Verified
from registry.services.work import Workshop
from registry.settings import SealSettings
from reports.sealing import Intent, KeyFile, check, opened, sign
from tests.conftest import FrozenClock
from tests.factories.people import PROOF
from tests.factories.reviews import Case, make_case
from tests.factories.seals import AT, NAME, Files, SoftToken, flipped, make_files
from tests.registry.services.cards.test_issuing import issue

VERSION = "heart-cad/1"
LEAD, OFFICER = Role.CLINICAL_LEAD, Role.CLINICAL_SAFETY_OFFICER


def settings(key: Path | None, **changes: object) -> SealSettings:
    """Return settings that name a key in a file, or on a token where none is given."""
    whole: dict[str, object] = dict.fromkeys(
        (one.name for one in dataclasses.fields(SealSettings)), None
    )
    return SealSettings(**whole | {"key": key, "label": "seal"} | changes)  # type: ignore[arg-type]


def with_seal(workshop: Workshop, found: SealSettings | None, **changes: object) -> Workshop:
    """Return a workshop whose cards are sealed so."""
    own = dataclasses.replace(workshop.settings, seal=found, **changes)  # type: ignore[arg-type]
    return dataclasses.replace(workshop, settings=own)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Return the files of the organisation's key."""
    return make_files(tmp_path_factory.mktemp("organisation"))


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Return the files of a person's own key."""
    return make_files(tmp_path_factory.mktemp("person"), name="Dr Lead")


@pytest.fixture
def case(workshop: Workshop, files: Files) -> Case:
    """Return a registry that seals its cards, with one approved version and its card."""
    found = make_case(with_seal(workshop, settings(files.key)))
    found.approved()
    worker.drain(found.registry.workshop)
    return found


def held(case: Case, number: int = 1, *, rendered: bool = False) -> bytes:
    """Return a card's file."""
    with case.registry.work(Role.AUDITOR) as work:
        return b"".join(cards.numbered(work, VERSION, number, rendered=rendered)[1])


def signed_by_lead(case: Case, own: Files, pdf: bytes, **changes: object) -> bytes:
    """Return a card with the lead's own signature in it."""
    with case.registry.work(LEAD) as work:
        place = cards.place(work, VERSION, 1, role=LEAD)
    about = {"field": place.field, "reason": place.meaning, "at": AT} | changes
    with opened(KeyFile(path=own.key), at=AT) as key:
        return sign(pdf, key, Intent(**about))  # type: ignore[arg-type]


def hand_in(case: Case, pdf: bytes, role: Role = LEAD) -> None:
    """Hand a signed card in as a role's person."""
    with case.registry.work(role) as work:
        cards.add_signature(work, VERSION, 1, role=role, content=iter([pdf]))


def asked(case: Case, *pdfs: bytes) -> Verified:
    """Return what is said of a file and its beginnings."""
    return cards.verify(case.registry.workshop, digests=[digest_of(one) for one in pdfs])


def test_sealed_card_from_issue_to_suspension(
    case: Case, own: Files, files: Files, clock: FrozenClock, tmp_path: Path
) -> None:
    """It is sealed once, signed in by who signed off, known again, and out of date one day."""
    pdf, rendered = held(case), held(case, rendered=True)
    with case.registry.work(Role.AUDITOR) as work:
        (issued,) = cards.listed(work, VERSION)
    row = issued.row
    assert (row.seal_method, row.seal_name, row.sealed_at) == ("PEM", NAME, clock.moment)
    assert (row.seal_timestamped, row.sealed_size) == (False, len(pdf))
    assert (row.pdf_digest, row.size) == (digest_of(rendered), len(rendered))
    assert pdf[: row.size] == rendered
    assert issued.file == (digest_of(pdf), len(pdf))
    (found,) = check(pdf, roots=[files.certificate]).signatures
    assert (found.holds, found.certifies, found.trusted) == (True, True, True)
    issue(case)
    assert held(case) == pdf, "a repeat is not sealed anew"
    _known_again(case, pdf, rendered)
    _refused(case, own, pdf, tmp_path)
    after = _signed_in(case, own, pdf)
    assert asked(case, after).match is Match.SIGNED
    other = after + b"\n"
    assert asked(case, other, after).answer.outcome is Outcome.CHANGED
    _suspended(case, after)


def _known_again(case: Case, pdf: bytes, rendered: bytes) -> None:
    """Ask about the file, what was rendered, the code, and what nobody knows."""
    whole = asked(case, pdf, rendered)
    assert (whole.match, whole.answer.outcome) == (Match.FILE, Outcome.CURRENT)
    assert asked(case, rendered).match is Match.RENDERED
    broken = flipped(pdf, len(rendered) // 2)
    assert asked(case, broken).answer.outcome is Outcome.UNKNOWN
    workshop = case.registry.workshop
    with case.registry.work(Role.AUDITOR) as work:
        code = cards.listed(work, VERSION)[0].row.code
    assert code is not None
    by_code = cards.verify(workshop, code=code.lower())
    assert (by_code.match, by_code.answer.outcome) == (Match.CODE, Outcome.CURRENT)


def _signed_in(case: Case, own: Files, pdf: bytes) -> bytes:
    """Have the lead sign in the card; return the file that is handed out then."""
    made = signed_by_lead(case, own, pdf)
    hand_in(case, made)
    assert held(case) == made
    first, second = check(made).signatures
    assert (first.holds, second.holds) == (True, True)
    with case.registry.work(Role.AUDITOR) as work:
        ((signature, person),) = cards.listed(work, VERSION)[0].signatures
        acts = list(audit.read(work, start=0, limit=1000))
    assert (signature.name, signature.role, person) == ("Dr Lead", LEAD, "Clinical Lead")
    (act,) = [one for one in acts if one["act"] == Act.CARD_SIGNED.value]
    assert act["after"]["pdf"] == digest_of(made)
    with pytest.raises(RuleBrokenError, match="already signed"):
        hand_in(case, made)
    return made


def _refused(case: Case, own: Files, pdf: bytes, folder: Path) -> None:
    """Hand in what is not one good signature of who signed off; the card stays as it was."""
    good = signed_by_lead(case, own, pdf)
    with pytest.raises(RuleBrokenError, match="no sign-off as model owner"):
        hand_in(case, good, Role.MODEL_OWNER)
    with pytest.raises(BadInputError, match="signed are clinical-lead"):
        hand_in(case, good, OFFICER)
    with pytest.raises(ConflictError, match="does not begin with card 1"):
        hand_in(case, flipped(good, 99))
    with pytest.raises(BadInputError, match="nothing is signed"):
        hand_in(case, pdf)
    with pytest.raises(BadInputError, match="does not hold"):
        hand_in(case, flipped(good, good.rindex(b"/Reason") + 10))
    with pytest.raises(BadInputError, match="larger than the card"):
        hand_in(case, pdf + bytes(2 << 20))
    late = signed_by_lead(case, own, pdf, at=AT.replace(hour=3))
    with pytest.raises(BadInputError, match="set the clock"):
        hand_in(case, late)
    workshop = case.registry.workshop
    roots = with_seal(workshop, workshop.settings.seal, seal_roots=folder / "roots.pem")
    other = make_files(folder / "authority", name="Authority")
    (folder / "roots.pem").write_bytes(other.certificate.read_bytes())
    strict = Case(
        registry=dataclasses.replace(case.registry, workshop=roots), protocol=case.protocol
    )
    with pytest.raises(BadInputError, match="None of this registry's roots"):
        hand_in(strict, good)
    assert held(case) == pdf


def _suspended(case: Case, before: bytes) -> None:
    """Suspend the version: a new card is issued by itself, and the old bytes stay."""
    with case.registry.work(OFFICER) as work:
        reviews.suspend(work, "heart-cad", 1, reasons="Two missed.", proof=PROOF)
    worker.drain(case.registry.workshop)
    assert held(case) == before
    with case.registry.work(Role.AUDITOR) as work:
        old, new = cards.listed(work, VERSION)
    assert (old.current, new.current, new.row.banner) == (False, True, "SUSPENDED")
    assert new.row.sealed_digest is not None
    said = asked(case, before)
    assert (said.answer.outcome, said.known and said.known.now) == (
        Outcome.OLDER,
        State.SUSPENDED,
    )
    assert "The newest is card 2." in said.answer.sentences


class TestKey:
    """A key on a token, and one that is not in order."""

    def test_card_is_sealed_by_a_token(self, workshop: Workshop, token: SoftToken) -> None:
        """The job opens the token; the key that signs never leaves it."""
        found = settings(None, module=token.module, token=token.token, pin=token.pin)
        case = make_case(with_seal(workshop, found))
        case.open()
        issue(case)
        with case.registry.work(Role.AUDITOR) as work:
            (issued,) = cards.listed(work, VERSION)
        assert (issued.row.seal_method, issued.row.seal_name) == ("PKCS#11", NAME)
        (seal,) = check(held(case)).signatures
        assert (seal.holds, seal.certifies, seal.certificate.name) == (True, True, NAME)
        assert held(case)[: issued.row.size] == held(case, rendered=True)

    def test_job_says_what_is_wrong_and_issues_nothing(
        self, workshop: Workshop, tmp_path: Path
    ) -> None:
        """The job ends with the sentence; no card is there, sealed or not."""
        case = make_case(with_seal(workshop, settings(tmp_path / "none.pem")))
        case.open()
        with case.registry.work(LEAD) as work:
            job = cards.issue(work, VERSION).id
        worker.drain(case.registry.workshop)
        with case.registry.work(Role.AUDITOR) as work:
            ended = jobs.show(work, job)
            assert ended.status is JobStatus.DEAD
            assert "none.pem cannot be read" in (ended.error or "")
            assert cards.listed(work, VERSION) == []


class TestVerify:
    """What is asked by anybody."""

    def test_calm(self, workshop: Workshop, clock: FrozenClock) -> None:
        """What nobody knows is counted by address, like failed sign-ins, for fifteen minutes."""
        own = dataclasses.replace(workshop.settings, failures_per_address=2)
        strict = dataclasses.replace(workshop, settings=own)
        unknown: Sequence[str] = ["sha256:" + "00" * 32]
        for _ in range(2):
            found = cards.verify(strict, digests=unknown, address="10.0.0.1")
            assert found.answer.outcome is Outcome.UNKNOWN
        with pytest.raises(BusyError, match="fifteen minutes"):
            cards.verify(strict, digests=unknown, address="10.0.0.1")
        assert cards.verify(strict, digests=unknown, address="10.0.0.2").known is None
        clock.advance(minutes=16)
        assert cards.verify(strict, digests=unknown, address="10.0.0.1").known is None

    def test_neither_or_both(self, workshop: Workshop) -> None:
        """One asks about a code or about a file."""
        with pytest.raises(BadInputError, match="code, or the digests"):
            cards.verify(workshop)
        with pytest.raises(BadInputError, match="not a digest"):
            cards.verify(workshop, digests=["abc"])
