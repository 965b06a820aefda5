"""Places in free text: what is found, and above all what is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.knowledge.places.tables import load_commune_lines, load_departments, parse_commune
from dialogs.understanding.places import Place, Places, load_places

SERVED = ("38", "74", "973")
PLACES = Places(SERVED)
COMMUNES = [town for town in map(parse_commune, load_commune_lines()) if town.department in SERVED]


def sure(text: str, *, expected: bool = False) -> set[str]:
    return {place.department for place in PLACES.find(text, expected=expected) if place.sure}


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("74", "74"),
        ("dept 38", "38"),
        ("le 93", "93"),
        ("je suis en guyane (973)", "973"),
        ("dans le 13", "13"),
        ("renouveler récépissé 93", "93"),
        ("not 73, I meant 74", "74"),
        ("2a", "2A"),
        ("74000", "74"),
        ("20000", "2A"),
        ("20200", "2B"),
        ("38035 Grenoble cedex", "38"),
        ("97311", "973"),
        ("haute savoie", "74"),
        ("Hte-Savoie", "74"),
        ("préfecture de la haute-savoi", "74"),
        ("prefecture de l isere", "38"),
        ("la guyanne", "973"),
        ("French Guiana", "973"),
        ("dans l'Ain", "01"),
        ("département du nord", "59"),
        ("préfecture de la Vienne", "86"),
        ("préfecture de police", "75"),
    ],
)
def test_departments_by_code_postcode_and_name(text: str, department: str) -> None:
    assert sure(text) == {department}


@pytest.mark.parametrize(
    ("text", "department", "town"),
    [
        ("Anecy", "74", "Annecy"),
        ("je suis à anemasse", "74", "Annemasse"),
        ("st martin d'heres", "38", "Saint-Martin-d'Hères"),
        ("SMH", "38", "Saint-Martin-d'Hères"),
        ("bourgouin jalieu", "38", "Bourgoin-Jallieu"),
        ("j'habite bourgoin", "38", "Bourgoin-Jallieu"),
        ("saintlaurentdumaroni", "973", "Saint-Laurent-du-Maroni"),
        ("St Laurent, en guyane", "973", "Saint-Laurent-du-Maroni"),
        ("97320 Saint-Laurent", "973", "Saint-Laurent-du-Maroni"),
        ("saint georges 973", "973", "Saint-Georges"),
        ("j'habite Éloise (01200)", "74", "Éloise"),
        ("titre perdu, Seynod", "74", "Annecy"),
        ("a vienne", "38", "Vienne"),
        ("Paris 18e", "75", "Paris"),
        ("j'habite Lyon 3", "69", "Lyon"),
        ("je vis au Havre", "76", "Le Havre"),
        ("je suis a nice", "06", "Nice"),
        ("je vis a tours", "37", "Tours"),
        ("J'habite à Die", "26", "Die"),
        ("vif 38", "38", "Vif"),
        ("I moved from Lyon to Grenoble", "38", "Grenoble"),
        ("j'habite plus a lyon, je suis a Voiron", "38", "Voiron"),
        ("né à Paris, j'habite Grenoble", "38", "Grenoble"),
        ("12 rue de Lyon à Thonon", "74", "Thonon-les-Bains"),
        ("y a plus de place a grenoble", "38", "Grenoble"),
        ("im living in st julien en genevois", "74", "Saint-Julien-en-Genevois"),
    ],
)
def test_towns(text: str, department: str, town: str) -> None:
    named = [place for place in PLACES.find(text) if place.town]
    assert {(place.department, place.town, place.sure) for place in named} == {(department, town, True)}
    assert sure(text) == {department} or "01200" in text


@pytest.mark.parametrize(
    "text",
    [
        "renouvellement le 13/04/74",
        "j'attends depuis 38 jours",
        "j'ai 38 ans",
        "74 euros",
        "on me demande 38 €",
        "calendrier 3.1 complet, 1.2 aussi",
        "06 39 98 74 38",
        "+33 6 39 98 74 38",
        "F973123456",
        "rdv le 13",
        "à 10:38",
        "carte de 10 ans",
        "dossier 38210",
        "parent of a child under 18",
        "je viens de Guinée",
        "malien, je travaille",
        "what time is it in Lagos",
        "a nice day, nice to meet you",
        "where do I die",
        "je peux travailler en attendant la carte",
        "mon dossier est en cours",
        "je suis à la rue",
        "near expiry",
        "ma carte est passée à la machine à laver",
        "suivi à l'hôpital",
        "je voudrais savoir comment faire",
        "j'ai cliqué trop tard sur le lien",
        "je viens de feter mes dix huit ans",
        "je m'appelle Nancy, ma femme Florence",
        "née à Cayenne",
        "gare du nord",
        "rhone alpes",
        "je sais pas",
        "tribunal administratif de Lyon",
        "prévenez moi quand des places s'ouvrent",
    ],
)
def test_what_is_no_place(text: str) -> None:
    assert PLACES.find(text) == ()


def test_homonyms_are_offered_not_chosen() -> None:
    found = PLACES.find("j'habite Saint-Denis")
    assert {place.department for place in found} == {"93", "974"}
    assert not any(place.sure for place in found)
    assert sure("saint denis dans le 93") == {"93"}


def test_where_one_lives_counts_more_than_where_something_happened() -> None:
    assert sure("lost my card in Paris but I live in Annecy") == {"74"}
    assert sure("j'ai perdu ma carte à Lyon") == {"69"}


def test_a_common_word_alone_is_a_guess_unless_asked() -> None:
    assert PLACES.find("tours") == (Place("37", "Tours", (0, 5), False),)
    assert PLACES.find("tours", expected=True) == (Place("37", "Tours", (0, 5), True),)


@pytest.mark.parametrize(
    ("text", "department"),
    [("74", "74"), ("12", "12"), ("us", "95"), ("vif", "38"), ("c'est le 38", "38"), ("je sais pas", None)],
)
def test_answers_to_where_do_you_live(text: str, department: str | None) -> None:
    assert PLACES.department(text) == department


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("kourou", "Kourou"),
        ("st laurent", "Saint-Laurent-du-Maroni"),
        ("Saint-Georges", "Saint-Georges"),
        ("j'habite à maripasula", "Maripasoula"),
        ("montsinery", "Montsinéry-Tonnegrande"),
        ("Grenoble", None),
        ("oui", None),
    ],
)
def test_communes_of_guyane(text: str, town: str | None) -> None:
    assert PLACES.commune(text, "973") == town


def test_every_department_has_a_site_a_seat_and_a_sentence() -> None:
    places = load_places()
    for code in load_departments():
        assert places.site(code).endswith(".gouv.fr")
        assert places.article_name(code).startswith(("de ", "d'", "du ", "des "))
        if code not in ("975", "978"):  # Saint-Pierre and Saint-Martin have too many homonyms
            assert places.department(f"préfecture {places.article_name(code)}") == code
            assert places.department(places.seat(code)) in (code, None)


def test_every_alias_names_a_commune() -> None:
    names = PLACES._names
    for key, towns in names.aliases.towns.items():
        for alias in towns:
            department, name = alias.split(" ", 1)
            assert any(town.department == department and town.name == name for town in names.towns(key)), alias


@given(st.sampled_from(COMMUNES))
def test_any_commune_of_a_served_department_is_found_after_a_cue(town) -> None:  # type: ignore[no-untyped-def]
    text = f"Bonjour, j'habite à {town.name} ({town.department})"
    assert town.department in sure(text)
    assert town.department in {place.department for place in PLACES.find(f"j'habite à {town.name}")}


@given(st.text(), st.booleans())
def test_any_text_is_read(text: str, expected: bool) -> None:
    for place in PLACES.find(text, expected=expected):
        start, end = place.span
        assert 0 <= start < end <= len(text)
        assert place.department in load_departments()


def test_a_long_message_is_read_at_once() -> None:
    text = "Bonjour madame, je voudrais renouveler ma carte de sejour qui expire bientot, j'habite Annecy. " * 10
    PLACES.find("annecy")
    start = time.perf_counter()
    PLACES.find(text)
    assert time.perf_counter() - start < 0.5
