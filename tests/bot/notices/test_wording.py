"""What the notices say, measured as they are sent."""

from itertools import product
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.sms.gsm7 import fits
from bot.channels.sms.segments import measure
from bot.notices.wording import AUDIENCES, Ending, NoWayToStop, Wording, ending_of, notice_findings
from bot.settings import Settings
from dialogs.knowledge.library import Knowledge
from dialogs.machine import LANGUAGES
from tests.workbench import copy, edit, line_of

WAYS = (Ending("number", "36180"), Ending("link", "https://rdv-sejour.example.org"), Ending("reply"))


@pytest.mark.parametrize(
    ("code", "audience", "language"), [*product(["38", "74", "973", "75"], AUDIENCES, ["fr", "en"])]
)
@pytest.mark.parametrize("ending", WAYS)
def test_a_notice_is_cheap_names_one_domain_and_says_how_to_stop(
    knowledge: Knowledge, code: str, audience: str, language: str, ending: Ending
) -> None:
    text = Wording(knowledge, code, ending).sms(language, audience, "abcdefghijk")  # type: ignore[arg-type]
    assert fits(text)
    assert measure(text).segments <= 2
    assert knowledge.office(code).site in text
    assert text.startswith("rdv-sejour (")
    assert "€" not in text
    assert "fabriqué" not in text, "the préfecture's own words"
    match ending.way:
        case "number":
            assert text.endswith("STOP au 36180" if language == "fr" else "STOP to 36180")
        case "link":
            assert text.endswith("https://rdv-sejour.example.org/s/abcdefghijk")
        case "reply":
            assert text.endswith("STOP")


def test_where_the_documents_are_silent_one_segment_says_so(knowledge: Knowledge) -> None:
    for code in ("74", "973"):
        wording = Wording(knowledge, code, Ending("number", "+33639980001"))
        assert [measure(wording.sms(language, "general")).segments for language in LANGUAGES] == [1, 1]
        assert "voir le SMS de la préfecture" in wording.sms("fr", "general")


def test_students_of_isere_are_told_otherwise(knowledge: Knowledge) -> None:
    wording = Wording(knowledge, "38", Ending("number", "36180"))
    assert "SAUF ÉTUDIANTS" in wording.sms("fr", "general")
    assert "campus" in wording.sms("fr", "student")


def test_on_telegram_it_comes_without_a_sound(knowledge: Knowledge) -> None:
    message = Wording(knowledge, "38", Ending("reply")).telegram_message("fr", "general")
    assert message["disable_notification"] is True
    assert message["text"].endswith("/stop")


@pytest.mark.parametrize(
    ("settings", "ending"),
    [
        ({"twilio_sender": "RDVSEJOUR", "twilio_reply_sender": "36180"}, Ending("number", "36180")),
        ({"twilio_sender": "+33639980001"}, Ending("number", "+33639980001")),
        ({"twilio_sender": "RDVSEJOUR", "public_url": "https://a.fr"}, Ending("link", "https://a.fr")),
        ({"twilio_sender": "MG0123456789abcdef"}, Ending("reply")),
        ({}, Ending("reply")),
    ],
)
def test_how_to_stop_follows_from_the_settings(settings: dict[str, str], ending: Ending) -> None:
    account = {"twilio_account_sid": "AC0", "twilio_auth_token": "token"} if "twilio_sender" in settings else {}
    assert ending_of(Settings(**account, **settings)) == ending  # type: ignore[arg-type]


def test_a_sender_that_cannot_hear_and_no_page_is_no_way_to_stop() -> None:
    with pytest.raises(NoWayToStop, match="TWILIO_REPLY_SENDER"):
        ending_of(Settings(twilio_account_sid="AC0", twilio_auth_token=SecretStr("token"), twilio_sender="RDVSEJOUR"))


def test_what_is_shipped_is_sound(knowledge: Knowledge) -> None:
    assert list(notice_findings(knowledge)) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("votre titre étudiant est disponible", "votre titre étudiant est prêt", "« ê » is not in GSM-7"),
        ("votre titre étudiant est disponible", "votre titre étudiant est disponible " * 3, "3 segments with the link"),
        ("Vérifiez : www.isere.gouv.fr", "Vérifiez : www.rdvprefecture.com", "not www.rdvprefecture.com"),
    ],
)
def test_a_notice_that_is_dear_or_names_another_site_is_found(tmp_path: Path, old: str, new: str, says: str) -> None:
    folder = copy(tmp_path / "knowledge")
    file = folder / "prefectures" / "38.yaml"
    edit(file, old, new)
    found = [each for each in notice_findings(Knowledge(folder)) if says in each.message]
    assert found
    assert {(each.file, each.line) for each in found} == {("38.yaml", line_of(file, "  student:") + 1)}
