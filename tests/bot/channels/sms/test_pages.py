"""Pages: within their segments, cut where a reader would pause, with nothing lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms.gsm7 import BASIC
from bot.channels.sms.pages import cut, fitting, paged, paged_before, under
from bot.channels.sms.segments import measure

FOOT = "SUITE"
SIGNS = "".join(sorted(BASIC - {"\n", "\r"}))
TEXTS = st.lists(st.text(st.sampled_from(SIGNS + "   ..€"), max_size=300), min_size=1, max_size=8).map("\n".join)


def feet(number: int, last: bool) -> str:
    return "PIECES" if last else f"{FOOT} {number}" if number else FOOT


@given(TEXTS, st.integers(1, 3))
def test_every_page_keeps_its_budget_and_no_sign_is_lost(text: str, most: int) -> None:
    pages = paged(text, most, feet)
    assert all(measure(page).segments <= most for page in pages)
    assert len(pages) == 1 or all(page.splitlines()[-1].startswith(FOOT) for page in pages[:-1])
    read = "".join(page.removesuffix("PIECES") if page is pages[-1] else page.rpartition(FOOT)[0] for page in pages)
    assert "".join(read.split()) == "".join(text.split())


def test_lines_stay_whole_where_they_can() -> None:
    lines = [f"{number} " + "x" * 40 for number in range(12)]
    pages = paged("\n".join(lines), 2, feet)
    assert [line for page in pages for line in page.splitlines() if line[0].isdigit()] == lines


def test_a_long_line_is_cut_between_sentences_and_never_after_a_number() -> None:
    steps = "1. " + "Ouvrez le site. " * 12 + "\n2. " + "Cliquez sur le numéro 3. Il est en bas. " * 10
    for page in paged(steps, 2, feet)[:-1]:
        said, _, foot = page.rpartition("\n")
        assert foot.startswith(FOOT)
        assert said.endswith(("site.", "bas.")), said
    head, rest = cut("Une phrase. " * 10 + "Encore une, qui est la dernière de toutes, et la plus longue.", 1)
    assert head.endswith("phrase.")
    assert rest.startswith(("Une phrase.", "Encore une"))


def test_a_heading_stays_with_what_it_heads() -> None:
    head, rest = cut("a" * 120 + "\nOù cliquer :\n" + "b" * 100, 1)
    assert head == "a" * 120
    assert rest.startswith("Où cliquer :\nb")


def test_what_follows_shares_the_last_page_where_it_can() -> None:
    assert paged_before("Un mot.", ["Une question ?", "Encore"], 1, feet) == ["Un mot.\nUne question ?", "Encore"]
    pages = paged_before("Un mot. " * 30, ["Une question ?" + "x" * 140], 1, feet)
    assert pages[-1].startswith("Une question ?")
    assert all(fitting(page, 1) for page in pages)


def test_a_foot_that_leaves_no_room_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="foot"):
        cut("texte", 1, "x" * 160)


def test_a_text_without_a_foot_has_none() -> None:
    assert under("", FOOT) == FOOT
    assert under("texte", "") == "texte"
