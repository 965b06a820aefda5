"""What buttons carry, and how many stand on a screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import Page, decode, encode
from bot.channels.limits import LIMITS
from bot.channels.telegram.keyboards import PAGE, keyboard
from bot.keyboard import Option, menu, options
from bot.words import Words
from dialogs.effects import Listed, Question
from dialogs.events import Ask, Choose, Event, Reopen, Say, Tick
from dialogs.knowledge.library import load_knowledge
from dialogs.machine import LANGUAGES

names = st.from_regex(r"[a-z_]{1,20}", fullmatch=True)
values = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40)
meanings: st.SearchStrategy[Event | Page] = st.one_of(
    st.builds(Choose, names, values),
    st.builds(Ask, names),
    st.builds(Reopen, names),
    st.builds(Tick, st.from_regex(r"[a-z][a-z-]{0,20}\.[1-9]", fullmatch=True), st.none() | st.booleans()),
    st.tuples(names, st.integers(0, 99)),
)


def all_options(language: str) -> list[Option]:
    """Every option that the knowledge can show in a language."""
    knowledge = load_knowledge()
    words = Words(knowledge, language, "telegram")
    asks = [(entry.name, ask) for entry in knowledge.questions.facts for ask in entry.ask]
    asks += [(fact, ask) for shelf in knowledge.prefectures.values() for fact, own in shelf.asks.items() for ask in own]
    shown = [each for fact, ask in asks for each in options([Question(fact, ask)], words)]
    shown += [each for name in knowledge.questions.menus for each in menu(name, words)]
    values = {name: next(iter(entry.labels), "x") for name, entry in knowledge.entries.items() if entry.labels}
    return shown + options([Listed(values, "change")], words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_of_the_knowledge_fits_and_is_understood_again(language: str) -> None:
    shown = all_options(language)
    assert len(shown) > 100
    for option in shown:
        data = encode(option.event)
        assert 1 <= len(data.encode()) <= LIMITS["telegram"].data
        assert len(option.label) <= 64
        assert decode(data) == option.event


@given(meanings)
def test_what_is_pressed_is_what_was_meant(meaning: Event | Page) -> None:
    assert decode(encode(meaning)) == meaning


def test_no_button_speaks() -> None:
    with pytest.raises(ValueError, match="Say"):
        encode(Say("bonjour"))


def choices(count: int) -> list[Option]:
    return [Option(f"option {number}", Choose("procedure", f"p{number}")) for number in range(count)]


@given(st.integers(1, 60))
def test_pages_show_every_option_once_and_lead_to_each_other(count: int) -> None:
    seen, page, visited = [], 0, set()
    while page not in visited:
        visited.add(page)
        markup = keyboard(choices(count), page)
        assert markup is not None
        buttons = [button["callback_data"] for row in markup["inline_keyboard"] for button in row]
        found = [decode(data) for data in buttons]
        events = [each for each in found if isinstance(each, Choose)]
        assert len(events) <= PAGE
        seen += events
        turns = [each[1] for each in found if isinstance(each, tuple)]
        assert turns == [turn for turn in (page - 1, page + 1) if 0 <= turn <= (count - 1) // PAGE]
        page = max([page, *turns])
    assert seen == [option.event for option in choices(count)]


def test_few_options_have_no_pages() -> None:
    markup = keyboard(choices(PAGE))
    assert markup is not None
    assert len(markup["inline_keyboard"]) == PAGE


def test_a_page_past_the_end_is_the_last() -> None:
    assert keyboard(choices(17), 99) == keyboard(choices(17), 2)


def test_a_menu_is_shown_whole() -> None:
    entries = [Option(str(number), Reopen(f"f{number}")) for number in range(12)]
    markup = keyboard(entries)
    assert markup is not None
    assert len(markup["inline_keyboard"]) == 12


def test_nothing_to_press() -> None:
    assert keyboard([]) is None
