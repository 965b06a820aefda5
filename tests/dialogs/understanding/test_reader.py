"""Reading messages: each way a wording can change what is said, and what must hold for any text."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.understanding.days import DATE_FACTS
from dialogs.understanding.lexicon import load_lexicon
from dialogs.understanding.options import UNSAID, load_options
from dialogs.understanding.reader import load_reader
from dialogs.understanding.reading import Value

TODAY = date(2026, 5, 1)
CLOSED = ("procedure", "permit", "ground", "student_case", "issued_by", "nationality", "district")
OPEN = ("prefecture", "commune", "age_at_entry", "full_calendars", "agdref", *DATE_FACTS.values())


def facts(text: str, asked: str | None = None) -> dict[str, Value]:
    return dict(load_reader(model=False).read(text, TODAY, asked=asked).facts)


def intent(text: str) -> str | None:
    return load_reader(model=False).read(text, TODAY).intent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the more specific phrase wins
        ("renouveler ma carte de résident algérien de 10 ans", {"procedure": "renewal", "permit": "algerian_10y"}),
        ("renouveler ma carte de résident", {"procedure": "renewal", "permit": "resident_10y"}),
        ("je veux renouveler mon récépissé", {"procedure": "receipt_renewal"}),
        ("perdu mon titre de voyage", {"procedure": "travel_document"}),
        ("j'ai perdu ma carte grise", {"procedure": "vehicle_registration"}),
        ("j'ai perdu ma carte, je dois la refaire", {"procedure": "duplicate"}),
        ("ma carte vitale est perdue", {}),
        # negation
        ("ce n'est pas un renouvellement, c'est une première demande", {"procedure": "first_request"}),
        ("not a renewal, a change of status", {"procedure": "status_change"}),
        ("je n'ai pas déménagé", {}),
        ("j'ai pas encore renouvelé ma carte", {"procedure": "renewal"}),
        ("je n'arrive pas à renouveler ma carte", {"procedure": "renewal"}),
        ("je n'habite plus à Lyon, je suis à Grenoble", {"prefecture": "38"}),
        # correction
        ("non, c'est étudiant", {"permit": "student"}),
        ("no, it's visitor", {"permit": "visitor"}),
        ("mon titre salarié, non je veux dire mon titre étudiant", {"permit": "student"}),
        # other people's papers
        ("ma femme est algérienne", {}),
        ("my husband has a talent passport", {}),
        ("mon mari est italien, je suis brésilienne", {"ground": "eu_family", "nationality": "other"}),
        # typing
        ("jvoudrai renouvelé mon titr etudian", {"procedure": "renewal", "permit": "student"}),
        ("renouvelllement du resepissé", {"procedure": "receipt_renewal"}),
        ("I lost my residance permit", {"procedure": "duplicate"}),
        # dates and what they are the date of
        ("ma carte expire le 13 avril", {"expires_on": date(2027, 4, 13)}),
        ("ma carte a expiré le 13 avril", {"expires_on": date(2026, 4, 13)}),
        ("entrée le 3 mars, rdv le 12 juin", {"entered_on": date(2026, 3, 3), "appointment_on": date(2026, 6, 12)}),
        ("demande déposée il y a 2 mois", {"filed_on": date(2026, 3, 1)}),
        ("carte périmée le 13 avril", {"expires_on": date(2026, 4, 13)}),
        ("j'habite à Grenoble, ma carte se termine en avril", {"prefecture": "38", "expires_on": date(2027, 4, 30)}),
        ("contrat de travail jusqu'au 30 juin", {}),
        ("né le 3 mars 1990", {}),
        # a day until which nothing is free is the end of nothing
        ("ya rien de libre jusqu'en mars", {}),
        ("le planning est vide jusqu'à fin janvier", {}),
        ("aucun rdv avant le 3 mars", {}),
        ("valable jusqu'au 3 mars, rien de libre", {"expires_on": date(2027, 3, 3)}),
        # counted back in months, a day is a guess; in days it is not
        ("carte finie depuis 8 mois", {}),
        ("my card expired 8 months ago", {}),
        ("ma carte a expiré il y a un an", {}),
        ("carte expirée il y a 10 jours", {"expires_on": date(2026, 4, 21)}),
        # of two permits, a change of status asks for the second
        ("passer d'étudiant à salarié", {"procedure": "status_change", "permit": "cst"}),
        ("d'étudiant vers recherche d'emploi", {"procedure": "status_change", "permit": "job_search"}),
        ("from student to talent", {"procedure": "status_change", "permit": "talent"}),
        ("j'ai un titre étudiant, je veux changer de statut", {"procedure": "status_change", "permit": "student"}),
        # a word belongs to the nearer of two
        ("ma femme est tunisienne, on a un bébé français", {"ground": "parent_of_french_child"}),
        ("my permit ends in three months", {"expires_on": date(2026, 8, 1)}),
        # numbers
        ("du 3.1 au 3.3 tout est complet", {"full_calendars": "3.1,3.2,3.3"}),
        ("je suis arrivé en France à 9 ans", {"age_at_entry": 9}),
        ("my number is F973123456", {"agdref": "F973123456"}),
        ("numéro agdref F12345678", {"agdref": "F12345678"}),
        ("mon numéro étranger 99731234567", {"agdref": "99731234567"}),
        ("F12345678", {}),
        # a district is not the town of the same name
        ("arrondissement de Cayenne", {"prefecture": "973", "district": "cayenne"}),
    ],
)  # fmt: skip
def test_facts(text: str, expected: dict[str, Value]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("STOP", "stop"),
        ("Arrêt !", "stop"),
        ("ARRET svp", "stop"),
        ("stoooop", "stop"),
        ("stop ça suffit les sites payants", None),
        ("je veux arrêter de travailler", None),
        ("sotp", None),
        ("bus stop", None),
        ("supprimez toutes mes données", "erase"),
        ("delete all my data", "erase"),
        ("supprimer mon rendez-vous", None),
        ("ne supprimez pas mes données", "my_data"),
        ("suprimme mé doné", None),
        ("la préfecture a supprimé mon dossier", None),
        ("stop alertes", "unsubscribe"),
        ("prévenez-moi quand ça ouvre", "subscribe"),
        ("je ne veux plus être prévenu", "unsubscribe"),
        ("Il n'existe plus de plage horaire libre pour votre demande de rendez-vous. Veuillez recommencer"
         " ultérieurement.", "calendar_full"),
        ("recommencer", "restart"),
        ("je me suis trompé", "change"),
        ("je me suis trompé, j'habite à Grenoble", None),
        ("comment ça marche ?", "help"),
        ("comment renouveler mon titre ?", None),
        ("merci beaucoup", None),
    ],
)  # fmt: skip
def test_intents(text: str, expected: str | None) -> None:
    assert intent(text) == expected


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        ("age_at_entry", "12", 12),
        ("age_at_entry", "j'avais douze ans", 12),
        ("entered_on", "13/04/27", date(2027, 4, 13)),
        ("entered_on", "le 3 mars", date(2026, 3, 3)),
        ("expires_on", "le 3 mars", date(2027, 3, 3)),
        ("filed_on", "hier", date(2026, 4, 30)),
        ("prefecture", "74", "74"),
        ("prefecture", "haute savoi", "74"),
        ("commune", "st laurent", "Saint-Laurent-du-Maroni"),
        ("permit", "10 ans", "resident_10y"),
        ("permit", "j'en ai pas", "none"),
        ("ground", "autre", "other"),
        ("nationality", "maroc", "other"),
        ("full_calendars", "2", "2"),
        ("agdref", "973123456", "973123456"),
        ("agdref", "F12345678", "F12345678"),
        ("nationality", "je préfère ne pas répondre", "unsaid"),
        ("ground", "I'd rather not say", "unsaid"),
        ("nationality", "no idea", "unsaid"),
        ("age_at_entry", "chépa", "unsaid"),
        ("expires_on", "je ne sais pas", "unsaid"),
        ("full_calendars", "je ne sais pas lequel", "unsaid"),
        ("full_calendars", "le calendrier 2 et le 3.1", "2,3.1"),
        ("age_at_entry", "je sais plus, vers 8 ans", 8),
        ("permit", "vie privee et familiale", "private_family"),
        ("procedure", "carte perdue", "duplicate"),
        ("student_case", "AUCUN DE CES CAS", "usual"),
        ("issued_by", "la france", "france"),
        ("issued_by", "un autre pays européen", "other_eu"),
        ("issued_by", "autre", "other_eu"),
    ],
)
def test_a_short_answer_is_the_answer_to_what_was_asked(asked: str, text: str, value: Value) -> None:
    assert facts(text, asked)[asked] == value


@pytest.mark.parametrize("asked", [None, "permit", "procedure", "entered_on"])
def test_what_cannot_be_left_unsaid_is_not(asked: str | None) -> None:
    assert facts("je ne sais pas", asked) == {}


@pytest.mark.parametrize("text", ["ya rien de libre jusqu'en mars", "il y a 8 mois"])
def test_the_end_of_a_permit_is_never_made_up(text: str) -> None:
    assert facts(text, "expires_on") == {}


@pytest.mark.parametrize(
    ("text", "social"),
    [
        ("bonjour", "greeting"),
        ("slt", "greeting"),
        ("hi there", "greeting"),
        ("merci bcp", "thanks"),
        ("thank you", "thanks"),
        ("bonjour, merci pour votre aide", "thanks"),
        ("c nul votre truc", "upset"),
        ("j'en peux plus je vais craquer", "upset"),
        ("this is useless", "upset"),
        ("I am tired of waiting for my card", "upset"),
        ("bonjour, je veux renouveler ma carte", None),
        ("merci de me donner la liste des documents", None),
        ("aide", None),
    ],
)
def test_manners(text: str, social: str | None) -> None:
    for model in (False, True):
        assert load_reader(model=model).read(text, TODAY).social == social


def test_a_bare_number_is_not_a_department_when_an_age_was_asked() -> None:
    assert facts("12", "age_at_entry") == {"age_at_entry": 12}
    assert facts("étudiant") == {}


@pytest.mark.parametrize(
    ("text", "known", "language"),
    [
        ("je veux renouveler", None, "fr"),
        ("I want to renew", "fr", "en"),
        ("ok", "en", "en"),
        ("ok", None, "fr"),
        ("أريد تجديد بطاقتي", "fr", "ar"),
        ("хочу продлить", None, "ru"),
        ("necesito renovar mi tarjeta de residencia", "fr", "es"),
        ("hola", None, "es"),
        ("preciso renovar meu cartão", None, "pt"),
        ("oturum iznimi yenilemek istiyorum", None, "tr"),
        ("devo rinnovare il permesso di soggiorno", None, "it"),
        ("mwen bezwen renouvle kat mwen", None, "ht"),
        ("j'ai un permesso di soggiorno", None, "fr"),
        ("je m'appelle Maria Gracias Dos Santos, j'habite à Annecy", None, "fr"),
        ("I am Mario Gonzalez and I live in Cluses", None, "en"),
    ],
)
def test_language(text: str, known: str | None, language: str) -> None:
    assert load_reader(model=False).read(text, TODAY, language=known).language == language


SOME_WORDS = """je veux renouveler ma carte pas non stop 3.1 complet le 13 avril expire annecy étudiant mon mari est
italien data delete 12 ans arrivé F973123456 not my receipt rdv , . ? supprimez tout données 31/02 récépissé
jusqu'en mars sais d'étudiant à salarié 99731234567 numéro étranger"""
WORDS = st.sampled_from(SOME_WORDS.split())


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=14).map(" ".join)),
    asked=st.sampled_from([None, *CLOSED, *OPEN]),
)
def test_any_text_is_read_within_the_vocabulary(text: str, asked: str | None) -> None:
    lexicon = load_lexicon()
    reading = load_reader(model=False).read(text, TODAY, asked=asked)
    assert reading.intent is None or reading.intent in lexicon.values("intent")
    for name, value in reading.facts.items():
        assert name in CLOSED + OPEN
        if value == UNSAID:
            assert name == asked
            assert load_options().can_be_unsaid(name)
        elif name in CLOSED:
            assert value in lexicon.values(name)
        elif name in DATE_FACTS.values():
            assert isinstance(value, date)
        elif name == "age_at_entry":
            assert isinstance(value, int)
        else:
            assert isinstance(value, str)
    assert len(reading.guesses) <= 3
    if reading.intent == "stop":
        assert len(text.split()) <= 6
