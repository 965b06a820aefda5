"""The list of documents to tick, and the words that name one of them."""

from datetime import datetime

import pytest

from dialogs.conversation import Conversation
from dialogs.events import Say, Tick
from dialogs.knowledge.library import Knowledge
from dialogs.machine import step
from dialogs.notices import Papers
from dialogs.outlook import answer, look
from dialogs.papers import PaperList, named, paper_lists
from dialogs.understanding.reader import Reader

FACTS = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}


@pytest.fixture
def lists(knowledge: Knowledge, now: datetime) -> tuple[PaperList, ...]:
    return paper_lists(answer(knowledge, look(knowledge, FACTS, now), now), None)


def test_ids_are_of_the_list_and_the_place_and_fit_on_a_button(knowledge: Knowledge) -> None:
    for checklist in knowledge.documents.checklists:
        for place, _ in enumerate(checklist.items, 1):
            assert len(f"+{checklist.id}.{place}".encode()) <= 64


def test_what_is_only_told_is_not_to_be_ticked(lists: tuple[PaperList, ...]) -> None:
    texts = [paper.text.text for each in lists for paper in each.papers]
    assert not any("montant exact" in text for text in texts)
    assert any("montant exact" in note.text for each in lists for note in each.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("coche passeport", ("common-held.1",)),
        ("coche le passeport et c'est tout", ()),
        ("COCHE 2", ("common-held.2",)),
        ("coche 1 et 3", ("common-held.1", "common-held.3")),
        ("coche 99", ()),
        ("ma liste", ()),
        ("coche justificatif de domicile", ("common-held.3",)),
        ("j'ai les photos", ("at-the-counter.1",)),
    ],
)
def test_words_and_numbers_name_documents(lists: tuple[PaperList, ...], text: str, expected: tuple[str, ...]) -> None:
    assert named(text, lists) == expected


def test_a_tap_ticks_and_unticks_and_back_undoes_it(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation = Conversation().tell(FACTS, "pressed")
    ticked = step(knowledge, reader, conversation, Tick("common-held.2"), now)
    assert ticked.conversation.facts["papers"] == "common-held.2"
    (shown,) = ticked.effects
    assert isinstance(shown, Papers)
    assert [paper.id for each in shown.lists for paper in each.papers if paper.ticked] == ["common-held.2"]
    assert "papers" not in step(knowledge, reader, ticked.conversation, Tick("common-held.2"), now).conversation.facts
    assert "papers" not in ticked.conversation.back().facts


def test_a_tap_on_an_old_list_changes_nothing(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation = Conversation().tell(FACTS, "pressed")
    result = step(knowledge, reader, conversation, Tick("naturalisation.1"), now)
    assert result.conversation == conversation
    assert result.effects


def test_to_say_ticked_twice_does_not_untick(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation = Conversation().tell(FACTS, "pressed")
    for _ in range(2):
        conversation = step(knowledge, reader, conversation, Say("coche passeport"), now).conversation
    assert conversation.facts["papers"] == "common-held.1"
