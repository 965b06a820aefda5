"""The menu of commands."""

import re

import pytest

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.commands import MENU, intent_of, menus
from bot.words import Words
from dialogs.knowledge.library import Knowledge
from dialogs.machine import LANGUAGES
from tests.bot_api import BotApiServer


def test_every_entry_is_an_intent_with_a_name_in_every_language(knowledge: Knowledge) -> None:
    assert set(MENU) <= set(knowledge.questions.intents)
    for names in MENU.values():
        assert set(names) == set(LANGUAGES)


def test_a_name_means_one_thing_in_every_language() -> None:
    for intent, names in MENU.items():
        for name in (intent, *names.values()):
            assert intent_of(name) == intent


def test_the_menus_are_what_telegram_takes(spoken: dict[str, Words]) -> None:
    found = list(menus(spoken.__getitem__))
    assert [menu.get("language_code") for menu in found] == ["fr", None, "en"]
    for menu in found:
        names = [entry["command"] for entry in menu["commands"]]
        assert len(names) == len(set(names)) == len(MENU) <= 100
        for entry in menu["commands"]:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", entry["command"])
            assert 1 <= len(entry["description"]) <= 256


@pytest.mark.anyio
async def test_they_are_shown(api: BotApi, server: BotApiServer, spoken: dict[str, Words]) -> None:
    await api.show_menus(spoken.__getitem__)
    assert set(server.commands) == {"fr", "en", ""}
    assert server.commands[""] == server.commands["fr"]
    assert {"command": "pieces", "description": "Quelles pièces ?"} in server.commands["fr"]
