"""Dates in free text: every style, and what only looks like a date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.dates import Prefer, find_dates, read_date

TODAY = date(2026, 11, 21)  # a Saturday
FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("13/04/2027", "2027-04-13"),
        ("13/04/27", "2027-04-13"),
        ("13.04.2027", "2027-04-13"),
        ("13-4-27", "2027-04-13"),
        ("2027-04-13", "2027-04-13"),
        ("13 04 2027", "2027-04-13"),
        ("13/04", "2027-04-13"),
        ("21/11", "2026-11-21"),
        ("le 13 avril", "2027-04-13"),
        ("lundi 13 avril 2027", "2027-04-13"),
        ("le 1er mars", "2027-03-01"),
        ("13 avr", "2027-04-13"),
        ("treize avril 2027", "2027-04-13"),
        ("le vingt et un avril", "2027-04-21"),
        ("avril 2027", "2027-04-30"),
        ("04/2027", "2027-04-30"),
        ("fin février", "2027-02-28"),
        ("début mars", "2027-03-01"),
        ("mi-mars", "2027-03-15"),
        ("fin du mois", "2026-11-30"),
        ("fin 2027", "2027-12-31"),
        ("dans 3 mois", "2027-02-21"),
        ("dans trois semaines", "2026-12-12"),
        ("dans 15 jours", "2026-12-06"),
        ("dans un mois", "2026-12-21"),
        ("dans deux ans", "2028-11-21"),
        ("il y a 3 mois", "2026-08-21"),
        ("depuis 2 mois", "2026-09-21"),
        ("demain", "2026-11-22"),
        ("après-demain", "2026-11-23"),
        ("hier", "2026-11-20"),
        ("lundi", "2026-11-23"),
        ("samedi", "2026-11-21"),
        ("samedi prochain", "2026-11-28"),
        ("la semaine prochaine", "2026-11-23"),
        ("le mois prochain", "2026-12-31"),
        ("mars dernier", "2026-03-31"),
        ("12 fevrier", "2027-02-12"),
        ("5 septembe", "2027-09-05"),
        ("April 13", "2027-04-13"),
        ("13 April 2027", "2027-04-13"),
        ("13th of April", "2027-04-13"),
        ("Apr 13 2027", "2027-04-13"),
        ("in 3 months", "2027-02-21"),
        ("in two weeks", "2026-12-05"),
        ("3 months ago", "2026-08-21"),
        ("end of March", "2027-03-31"),
        ("next month", "2026-12-31"),
        ("next Monday", "2026-11-23"),
        ("tomorrow", "2026-11-22"),
        ("yesterday", "2026-11-20"),
        ("29 février", "2028-02-29"),
    ],
)
def test_one_date(text: str, day: str) -> None:
    assert read_date(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [("13/04", "2026-04-13"), ("en mars", "2026-03-31"), ("lundi", "2026-11-16"), ("novembre", "2026-11-21")],
)
def test_the_past_is_preferred_for_what_happened(text: str, day: str) -> None:
    assert read_date(text, TODAY, prefer="past") == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        "31/02",
        "31/02/2027",
        "45/13",
        "3.1",
        "1.1,1.2",
        "calendrier 3.2 et 4.2",
        "180",
        "06 39 98 74 38",
        "06.39.98.74.38",
        "carte de 10 ans",
        "10-year card",
        "72h",
        "j'ai 13 ans",
        "entré à 12 ans",
        "solliciter dans les 2 mois",
        "valable 3 mois",
        "may I work",
        "I march on sat and sun",
        "je veux mai je peux pas",
        "la maison, la mer",
        "ma carte de séjour",
        "ouvert du lundi au vendredi",
        "cette année",
        "note 5/10",
        "24/7",
    ],
)
def test_no_date(text: str) -> None:
    assert find_dates(text, TODAY) == ()


def test_a_number_after_the_day_is_not_always_a_year() -> None:
    assert [found.day for found in find_dates("rdv le 13 avril 10h30", TODAY)] == [date(2027, 4, 13)]
    assert [found.day for found in find_dates("expire le 13 avril 74", TODAY)] == [date(2027, 4, 13)]


def test_several_dates_keep_their_places() -> None:
    text = "entrée le 3 mars 2026, expire le 12/06/2027"
    assert [text[slice(*found.span)] for found in find_dates(text, TODAY)] == ["3 mars 2026", "12/06/2027"]


def test_a_date_among_words_is_not_a_whole_date() -> None:
    assert read_date("ma carte expire le 13 avril 2027 à Annecy", TODAY) is None


@given(st.dates(date(2005, 1, 1), date(2036, 12, 31)), st.integers(0, 7))
def test_a_date_is_found_again_in_each_style(day: date, style: int) -> None:
    french, english = FRENCH[day.month - 1], ENGLISH[day.month - 1]
    said = (
        f"{day:%d/%m/%Y}",
        f"{day:%d.%m.%y}",
        f"{day.day}-{day.month}-{day.year}",
        day.isoformat(),
        f"{day.day} {french} {day.year}",
        f"{day.day} {french.upper()} {day:%y}",
        f"{english} {day.day}, {day.year}",
        f"{day.day}th of {english} {day.year}",
    )[style]
    text = f"Bonjour, ma carte expire le {said}, merci"
    assert [found.day for found in find_dates(text, TODAY)] == [day]


@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.dates(date(2020, 1, 1), date(2036, 12, 31)))
def test_without_a_year_the_nearest_day_on_the_preferred_side(today: date, day: date) -> None:
    text = f"le {day.day} {FRENCH[day.month - 1]}"
    ahead, behind = read_date(text, today), read_date(text, today, prefer="past")
    assert ahead is not None
    assert behind is not None
    assert behind <= today <= ahead
    assert (ahead.day, ahead.month) == (behind.day, behind.month) == (day.day, day.month)


PIECES = st.sampled_from(
    [
        "31",
        "2",
        "99",
        "/",
        ".",
        "-",
        "1er",
        "avril",
        "may",
        "mars",
        "dans",
        "il",
        "y",
        "a",
        "in",
        "ago",
        "depuis",
        "mois",
        "ans",
        "fin",
        "mi",
        "next",
        "lundi",
        "2027",
        "0",
        "of",
        "vingt",
        "et",
    ]
)


@given(
    st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)),
    st.dates(date(2, 1, 1), date(9998, 12, 31)),
    st.sampled_from(["future", "past"]),
)
def test_any_text_is_read(text: str, today: date, prefer: Prefer) -> None:
    for found in find_dates(text, today, prefer=prefer):
        assert 0 <= found.span[0] < found.span[1] <= len(text)
