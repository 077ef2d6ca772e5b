"""Facts about what page 1 had no room for."""

from registry.services.cards import continued
from registry.services.cards.content import content_of
from registry.services.cards.room import EVERYTHING, FRONTS
from reports.content import DECIDE, Facts, Points
from tests.factories.cards import make_content, make_documents
from tests.factories.documents import make_crowd, make_crowded_dossier, make_decision


def test_nothing_where_all_was_said() -> None:
    """A card of usual length repeats nothing."""
    content = make_content()
    assert continued.section(content, content) is None


def test_whole_and_in_the_same_words() -> None:
    """Every reason, every use, and the texts about the model stand there uncut."""
    dossier = make_crowded_dossier()
    documents = make_documents(
        dossier,
        decision=make_decision(dossier, outcome="decline"),
        signoffs=make_crowd(9, meaning="object", reasons="A reason to say " * 20),
    )
    content, whole = content_of(documents, FRONTS[-1]), content_of(documents, EVERYTHING)
    assert whole.continued is None
    section = content.continued
    assert section is not None
    assert section.heading == DECIDE
    points = {block.title: block.points for block in section.blocks if isinstance(block, Points)}
    assert points["Why"] == whole.headline.points
    assert points["Objections"] == whole.objections
    lines = [point.text for point in points["For what, and for whom"]]
    assert lines == [*whole.do_not_use_for, whole.not_shown, *whole.use_for]
    (facts,) = [block for block in section.blocks if isinstance(block, Facts)]
    values = {fact.label: fact.value for fact in facts.facts}
    assert values["Title"] == whole.title
    assert values["Evidence"] == whole.evidence_line


def test_nothing_of_it_is_cut() -> None:
    """The whole of page 1 ends nowhere in an ellipsis, nor squeezes whom it was not shown for."""
    dossier = make_crowded_dossier()
    level = "a level whose name takes more letters than page 1 has for one of many"
    dossier["criteria"][0] |= {"verdict": "insufficient evidence", "by": {"sex": level}}
    whole = content_of(make_documents(dossier), EVERYTHING)
    assert f"sex {level} (" in whole.not_shown.lower()
    texts = [whole.title, whole.summary, whole.evidence_line, *whole.use_for]
    texts += [*whole.do_not_use_for, *(point.text for point in whole.headline.points)]
    assert not [text for text in texts if text.endswith("…")]
