"""Agents on Telegram: linked by a code, announcing by taps or in one line, following what becomes of it."""

from typing import Any

import pytest

from bot.store.codes import MOST_TRIES
from tests.bot.agents.office import Office
from tests.bot.notices.openings.crowd import Crowd
from tests.bot_api.chats import Message
from tests.end_to_end.talk import Talk

pytestmark = pytest.mark.anyio

AGENT, STRANGER = 750_000_001, 750_000_002
FIRST = 760_000_001
LINE = "/annonce 74 3.2 2 24/11 18:00"


@pytest.fixture
def agent(office: Office) -> Talk:
    return Talk(office.server, AGENT)


@pytest.fixture
async def linked(office: Office, agent: Talk) -> Talk:
    """An agent of Annecy in their chat."""
    await office.said(agent, f"/agent {await office.agent('Accueil Annecy', 'openings', '74')}")
    return agent


def waiting(crowd: Crowd, count: int, **more: Any) -> None:
    """So many people wait on Telegram, for calendar 3.2 of Annecy unless told."""
    for place in range(count):
        crowd.waits(str(FIRST + place), **more)


def told(office: Office, count: int) -> int:
    """How many of those who wait have a message on their screen."""
    return sum(1 for place in range(count) if office.server.chats[FIRST + place].messages)


def labels(message: Message) -> list[str]:
    return [button["text"] for button in message.buttons]


def actions(office: Office) -> list[str]:
    return [row["action"] for row in office.ledger.rows("SELECT action FROM trail ORDER BY id")]


def openings(office: Office) -> list[dict[str, Any]]:
    return office.ledger.rows("SELECT * FROM openings ORDER BY id")


# --- linking -----------------------------------------------------------------------------------------------------


async def test_a_code_links_the_chat_once_and_says_for_what(office: Office, agent: Talk) -> None:
    code = await office.agent("Accueil Annecy", "openings", "74", "38")
    said = await office.said(agent, f"/agent {code[:3]} {code[3:]}")
    assert all(each in said.text for each in ("Accueil Annecy", "ouvertures", "Haute-Savoie (74)", "Isère (38)"))
    stranger = Talk(office.server, STRANGER)
    assert "pas bon" in (await office.said(stranger, f"/agent {code}")).text
    assert [row["person_id"] for row in office.ledger.rows("SELECT person_id FROM agents")] == [
        (office.ledger.person(AGENT) or {})["id"]
    ]
    assert actions(office).count("agents.link") == 2  # a line for each préfecture


async def test_a_code_is_good_for_ten_minutes(office: Office, agent: Talk) -> None:
    code = await office.agent("Accueil Annecy", "openings", "74")
    await office.later(minutes=10)
    assert "pas bon" in (await office.said(agent, f"/agent {code}")).text
    again = await office.code("Accueil Annecy")
    assert "Accueil Annecy" in (await office.said(agent, f"/agent {again}")).text


async def test_a_newer_code_ends_the_older_one(office: Office, agent: Talk) -> None:
    older = await office.agent("Accueil Annecy", "openings", "74")
    await office.code("Accueil Annecy")
    assert "pas bon" in (await office.said(agent, f"/agent {older}")).text


async def test_whoever_guesses_has_to_wait(office: Office, agent: Talk) -> None:
    code = await office.agent("Accueil Annecy", "openings", "74")
    wrong = [f"{number:06d}" for number in range(10) if f"{number:06d}" != code][:MOST_TRIES]
    for each in wrong:
        assert "pas bon" in (await office.said(agent, f"/agent {each}")).text
    assert "Trop de codes" in (await office.said(agent, f"/agent {code}")).text


async def test_neither_the_code_nor_the_chat_stands_in_the_trail(office: Office, agent: Talk) -> None:
    code = await office.agent("Accueil Annecy", "openings", "74")
    await office.said(agent, f"/agent {code}")
    kept = str(office.ledger.rows("SELECT * FROM trail") + office.ledger.rows("SELECT * FROM agent_codes"))
    assert code not in kept
    assert str(AGENT) not in kept


async def test_stop_and_revoke_unlink(office: Office, linked: Talk) -> None:
    assert "plus liée" in (await office.said(linked, "/agent stop")).text
    assert "calendrier" not in (await office.said(linked, LINE)).text.casefold()
    await office.said(linked, f"/agent {await office.code('Accueil Annecy')}")
    assert "Quel calendrier" in (await office.said(linked, "/annonce")).text
    await office.revoke("Accueil Annecy")
    assert "Quel calendrier" not in (await office.said(linked, "/annonce")).text
    assert await office.code("Accueil Annecy") is None


async def test_to_a_stranger_the_commands_do_not_exist(office: Office, crowd: Crowd) -> None:
    waiting(crowd, 3)
    stranger = Talk(office.server, STRANGER)
    for text in ("/agent", "/agent stop", "/annonce", LINE):
        said = await office.said(stranger, text)
        assert not any(each in said.text for each in ("Accueil", "liée", "calendrier ?", "places"))
        assert not any(each["callback_data"].startswith("!") for each in said.buttons)
    assert openings(office) == []
    assert "openings.rehearse" not in actions(office)


async def test_a_button_of_an_agent_means_nothing_in_other_hands(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 3)
    rehearsed = await office.said(linked, LINE)
    (send,) = [each["callback_data"] for each in rehearsed.buttons if each["text"] == "Envoyer"]
    stranger = Talk(office.server, STRANGER)
    shown = await office.said(stranger, "/start")
    shown.markup = {"inline_keyboard": [[{"text": "x", "callback_data": send}]]}
    await office.pressed(stranger, "x", shown)
    assert openings(office) == []


# --- announcing --------------------------------------------------------------------------------------------------


async def test_an_announcement_by_taps(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 3)
    question = await office.said(linked, "/annonce")
    assert "Haute-Savoie" in question.text  # one préfecture is not asked for
    await office.pressed(linked, "!calendar 3.2")
    await office.pressed(linked, "20")
    rehearsed = await office.pressed(linked, "aujourd’hui 18 h")
    assert rehearsed is question
    assert "3 personnes à prévenir" in rehearsed.text
    assert "calendrier 3.2" in rehearsed.text
    assert labels(rehearsed) == ["Envoyer", "Ajouter une note", "Annuler"]
    following = await office.pressed(linked, "Envoyer")
    assert following is question
    assert "Premiers messages à 10:00:30" in following.text
    assert labels(following) == ["Reprendre"]
    (opening,) = openings(office)
    assert (opening["prefecture"], opening["calendar"], opening["slots"]) == ("74", "3.2", 20)
    assert opening["actor"] == "agent Accueil Annecy"
    assert told(office, 3) == 0
    await office.later(seconds=31)
    assert told(office, 3) == 3


async def test_numbers_and_moments_may_be_written(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 1)
    await office.said(linked, "/annonce 74 3.2")
    assert "chiffres" in (await office.said(linked, "une vingtaine")).text
    office.restart()
    assert "Jusqu’à quand" in (await office.said(linked, "20")).text
    assert "n’est pas un moment" in (await office.said(linked, "bientôt")).text
    assert "1 personne à prévenir" in (await office.said(linked, "25/11 12h30")).text
    await office.pressed(linked, "Envoyer")
    (opening,) = openings(office)
    assert opening["until"] == 1_795_606_200_000  # 25 November 2026, 12:30 in Annecy


async def test_one_line_with_a_note(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 1)
    rehearsed = await office.said(linked, f"{LINE} Venez avec une photo")
    assert "Venez avec une photo" in rehearsed.text
    await office.pressed(linked, "Envoyer")
    assert openings(office)[0]["note"] == "Venez avec une photo"


@pytest.mark.parametrize(
    ("line", "wrong", "asked"),
    [
        ("/annonce 38 renewal 2 24/11 18:00", "pas pour la préfecture 38", "Pour quelle préfecture"),
        ("/annonce 74 9.9 2 24/11 18:00", "n’existe pas", "Quel calendrier"),
        ("/annonce 74 3.2 beaucoup 24/11 18:00", "chiffres", "Combien de places"),
        ("/annonce 74 3.2 2 2026-11-20 12:00", "La fin est passée", "Jusqu’à quand"),
        (f"{LINE} voir www.rdv-facile.com", "lien", "Votre note"),
        (f"{LINE} appelez le 06 39 98 12 34", "téléphone", "Votre note"),
    ],
)
async def test_what_cannot_be_announced_is_asked_again(
    office: Office, linked: Talk, line: str, wrong: str, asked: str
) -> None:
    said = await office.said(linked, line)
    assert wrong in said.text
    assert asked in said.text
    assert "Annuler" in labels(said)
    assert openings(office) == []


async def test_a_note_can_be_left_out_again(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 1)
    await office.said(linked, LINE)
    await office.pressed(linked, "Ajouter une note")
    await office.said(linked, "Guichet 4")
    assert "Guichet 4" in linked.last.text
    assert "Votre note" in (await office.pressed(linked, "Changer la note")).text
    rehearsed = await office.pressed(linked, "Sans note")
    assert "Guichet 4" not in rehearsed.text
    assert "Envoyer" in labels(rehearsed)


async def test_an_agent_of_several_prefectures_is_asked_which(office: Office, agent: Talk, crowd: Crowd) -> None:
    waiting(crowd, 1, prefecture="38")
    await office.said(agent, f"/agent {await office.agent('Région', 'admin', '74', '38')}")
    await office.said(agent, "/annonce")
    said = await office.pressed(agent, "Isère (38)")
    assert "Renouvellement" in "".join(labels(said))
    assert "3.2" not in "".join(labels(said))


async def test_another_role_may_not(office: Office, agent: Talk) -> None:
    await office.said(agent, f"/agent {await office.agent('Accueil', 'notices', '74')}")
    assert "ne permet pas" in (await office.said(agent, LINE)).text
    assert "openings.rehearse" not in actions(office)


async def test_where_nobody_waits_there_is_nothing_to_send(office: Office, linked: Talk) -> None:
    rehearsed = await office.said(linked, LINE)
    assert "Personne à prévenir" in rehearsed.text
    assert "Envoyer" not in labels(rehearsed)


async def test_a_double_tap_announces_once(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 1)
    rehearsed = await office.said(linked, LINE)
    await linked.press("Envoyer", rehearsed)
    await linked.press("Envoyer", rehearsed)
    await office.settle()
    assert len(openings(office)) == 1
    assert len([text for text in linked.shown if "Ouverture annoncée" in text]) == 1


async def test_a_rehearsal_of_long_ago_announces_nothing(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 1)
    await office.said(linked, LINE)
    await office.later(minutes=16)
    assert "Recommencez" in (await office.pressed(linked, "Envoyer")).text
    assert openings(office) == []


async def test_dropped_is_dropped(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 1)
    rehearsed = await office.said(linked, LINE)
    (send,) = [each for each in rehearsed.buttons if each["text"] == "Envoyer"]
    assert "personne n’a été prévenu" in (await office.pressed(linked, "Annuler")).text
    rehearsed.markup = {"inline_keyboard": [[send]]}
    await office.pressed(linked, "Envoyer", rehearsed)
    assert openings(office) == []
    assert "département" in (await office.said(linked, "bonjour")).text  # the conversation goes on as usual


async def test_an_agent_is_also_somebody_who_asks(office: Office, linked: Talk) -> None:
    await office.said(linked, "/annonce")
    started = await office.said(linked, "/start")
    assert "Que voulez-vous faire" in (await office.pressed(linked, "prefecture=74", started)).text


# --- following ---------------------------------------------------------------------------------------------------


async def test_taken_back_within_thirty_seconds_nobody_is_told(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 3)
    await office.said(linked, LINE)
    await office.pressed(linked, "Envoyer")
    await office.later(seconds=20)
    taken_back = await office.pressed(linked, "Reprendre")
    assert "arrêtée" in taken_back.text
    assert labels(taken_back) == []
    await office.later(seconds=60)
    assert told(office, 3) == 0
    assert "openings.cancel" in actions(office)


async def test_one_message_shows_the_progress_and_the_report_comes_last(
    office: Office, linked: Talk, crowd: Crowd
) -> None:
    """Two slots: waves of ten, ten minutes apart."""
    waiting(crowd, 14)
    following = await office.said(linked, LINE)
    await office.pressed(linked, "Envoyer")
    await office.later(seconds=31)
    await office.later(seconds=3)
    assert "Vague 1 : 10 partis" in following.text
    assert labels(following) == ["Plus de créneaux", "Arrêter"]
    office.restart()
    edits = following.edits
    for _ in range(5):
        await office.later(seconds=3)
    assert following.edits == edits  # what has not changed is not written again
    await office.later(minutes=10)
    await office.later(seconds=3)
    assert told(office, 14) == 14
    await office.later(seconds=3)
    assert "tout le monde a été prévenu" in following.text
    assert labels(following) == []
    assert "14 messages" in linked.last.text
    assert linked.last is not following
    shown = len(linked.shown)
    await office.later(seconds=30)
    assert len(linked.shown) == shown
    assert "openings.report" in actions(office)


@pytest.mark.parametrize(
    ("button", "state", "action"),
    [("Plus de créneaux", "gone", "openings.gone"), ("Arrêter", "cancelled", "openings.cancel")],
)
async def test_no_slots_left_ends_it(
    office: Office, linked: Talk, crowd: Crowd, button: str, state: str, action: str
) -> None:
    waiting(crowd, 14)
    await office.said(linked, LINE)
    following = await office.pressed(linked, "Envoyer")
    await office.later(seconds=31)
    await office.later(seconds=3)
    await office.pressed(linked, button, following)
    assert openings(office)[0]["state"] == state
    assert action in actions(office)
    await office.later(minutes=20)
    await office.later(seconds=3)
    assert told(office, 14) == 10
    assert "Ouverture" in linked.last.text
    assert openings(office)[0]["watcher_id"] is None


async def test_an_agent_who_left_follows_nothing_more(office: Office, linked: Talk, crowd: Crowd) -> None:
    waiting(crowd, 2)
    await office.said(linked, LINE)
    following = await office.pressed(linked, "Envoyer")
    await office.revoke("Accueil Annecy")
    await office.later(seconds=31)
    await office.later(seconds=3)
    assert openings(office)[0]["watcher_id"] is None
    await office.pressed(linked, "Reprendre", following)
    assert openings(office)[0]["state"] not in ("cancelled", "gone")
