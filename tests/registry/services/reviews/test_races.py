"""Races: two people at the same moment; exactly one wins, and nothing is left half done."""

import threading
from collections.abc import Callable, Sequence
from uuid import UUID

from registry.domain.errors import ConflictError
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning
from registry.domain.reviews import Outcome
from registry.domain.standings import State
from registry.services import audit, reviews
from registry.services.work import Work, Workshop
from registry.store import reviews as store
from registry.store import standings, versions
from tests.factories.people import PROOF, make_person
from tests.factories.records import make_statements, make_version
from tests.factories.reviews import SIGNERS, Case, make_case

Act = Callable[[Work], object]


def at_once(workshop: Workshop, acts: Sequence[tuple[Actor, Act]]) -> list[Exception | None]:
    """Do things at the same moment, each in its own work; return how each ended."""
    start = threading.Barrier(len(acts))
    ends: list[Exception | None] = [None] * len(acts)

    def run(place: int, actor: Actor, act: Act) -> None:
        start.wait()
        try:
            with workshop.begin(actor) as work:
                act(work)
        except Exception as error:  # noqa: BLE001 -- how it ended is what is asked
            ends[place] = error

    threads = [
        threading.Thread(target=run, args=(place, actor, act))
        for place, (actor, act) in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def deciding(review: UUID, outcome: Outcome = Outcome.APPROVE) -> Act:
    """Return what decides a review."""

    def decide(work: Work) -> None:
        reviews.decide(work, review, outcome=outcome, reasons="It is decided.", proof=PROOF)

    return decide


def one_won(ends: Sequence[Exception | None]) -> bool:
    """Tell whether exactly one went through and every other met a conflict."""
    lost = [end for end in ends if end is not None]
    return len(lost) == len(ends) - 1 and all(isinstance(end, ConflictError) for end in lost)


def states(case: Case) -> dict[int, State | None]:
    """Return how every version of the model stands."""
    with case.registry.work(Role.AUDITOR) as work:
        model = versions.get(work.session, "heart-cad", 1).model_id
        return {
            row.number: None
            if (now := standings.current(work.session, row.id)) is None
            else now.state
            for row in versions.of_model(work.session, model)
        }


def verify(case: Case) -> None:
    """Assert that the trail holds together after a race."""
    with case.registry.work(Role.AUDITOR) as work:
        assert audit.verify(work).intact


def test_two_people_sign_and_two_decide(workshop: Workshop) -> None:
    """One signature a person and one decision a review, however many ask at the same moment."""
    case = make_case(workshop)
    second = make_person(case.registry, "second.lead", Role.CLINICAL_LEAD)
    lead = case.registry.people[Role.CLINICAL_LEAD]
    review = case.open()
    digest = case.view(review).documents.digest

    def sign(work: Work) -> None:
        reviews.sign(
            work,
            review,
            role=Role.CLINICAL_LEAD,
            meaning=Meaning.SUPPORT,
            reasons="",
            dossier=digest,
            proof=PROOF,
        )

    assert one_won(at_once(workshop, [(lead, sign)] * 3))
    for role in SIGNERS:
        if role is not Role.CLINICAL_LEAD:
            case.sign(review, role)

    ends = at_once(
        workshop, [(lead, deciding(review)), (second, deciding(review, Outcome.DECLINE))]
    )
    assert one_won(ends)
    with case.registry.work(Role.AUDITOR) as work:
        decision = store.decision_of(work.session, review)
        assert decision is not None
    assert states(case)[1] is (State.CURRENT if decision.outcome.permits else State.DECLINED)
    verify(case)


def test_two_versions_approved_at_once(workshop: Workshop) -> None:
    """Two approvals for the same hospital at the same moment leave one version current."""
    case = make_case(workshop)
    make_version(case.registry)
    make_statements(case.registry, number=2)
    case.measure(2)
    lead = case.registry.people[Role.CLINICAL_LEAD]
    acts: list[tuple[Actor, Act]] = []
    for number in (1, 2):
        review = case.open(number)
        case.sign_all(review)
        acts.append((lead, deciding(review)))
    ends = at_once(workshop, acts)
    assert all(end is None or isinstance(end, ConflictError) for end in ends)
    assert list(states(case).values()).count(State.CURRENT) == 1
    verify(case)


def test_stopped_by_two_and_swept_by_two(workshop: Workshop) -> None:
    """Two safety officers and two workers stop a version once, and tell of it once."""
    case = make_case(workshop)
    case.approved()
    officer = case.registry.people[Role.CLINICAL_SAFETY_OFFICER]
    other = make_person(case.registry, "second.officer", Role.CLINICAL_SAFETY_OFFICER)

    def suspend(work: Work) -> None:
        reviews.suspend(work, "heart-cad", 1, reasons="Two missed occlusions.", proof=PROOF)

    assert one_won(at_once(workshop, [(officer, suspend), (other, suspend)]))
    assert states(case)[1] is State.SUSPENDED
    workers = [threading.Thread(target=reviews.sweep, args=(workshop,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    verify(case)
