"""The same conversation as a plain aiogram 3 bot: a state a question, answers in memory, nothing survives it.

It runs in an environment of its own (bench/requirements.lock) and imports nothing of ours.
"""

import argparse
import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import uvloop
from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, LinkPreviewOptions, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

SECRET = "a-secret-of-the-bench"  # noqa: S105 - between two processes of the bench
STYLE: dict[str, Any] = {"parse_mode": "HTML", "link_preview_options": LinkPreviewOptions(is_disabled=True)}


class Renewal(StatesGroup):
    prefecture = State()
    procedure = State()
    district = State()
    permit = State()
    expires_on = State()


STATES = (Renewal.prefecture, Renewal.procedure, Renewal.district, Renewal.permit, Renewal.expires_on)


class Screen:
    """A text and its keyboard, made once."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.text: str = given["text"]
        markup = given.get("reply_markup")
        self.markup = InlineKeyboardMarkup.model_validate(markup) if markup else None

    async def answer(self, message: Message) -> None:
        await message.answer(self.text, reply_markup=self.markup, **STYLE)

    async def replace(self, message: Message) -> None:
        await message.edit_text(self.text, reply_markup=self.markup, **STYLE)


def routes(given: dict[str, Any]) -> Router:
    router = Router()
    questions = [Screen(each) for each in given["questions"]]
    answers = {way: Screen(each) for way, each in given["answers"].items()}

    @router.message(Command("start", "recommencer"))
    async def start(message: Message, state: FSMContext) -> None:
        await state.clear()
        await state.set_state(STATES[0])
        await questions[0].answer(message)

    for number, fact in enumerate(given["facts"][:-1]):

        @router.callback_query(StateFilter(STATES[number]), F.data.startswith(f"{fact}="))
        async def tapped(query: CallbackQuery, state: FSMContext, fact: str = fact, number: int = number) -> Any:
            await state.update_data({fact: query.data.partition("=")[2]})
            await state.set_state(STATES[number + 1])
            await questions[number + 1].replace(query.message)
            return query.answer()

    @router.callback_query(StateFilter(Renewal.expires_on), F.data == "expires_on=unsaid")
    async def unknown(query: CallbackQuery, state: FSMContext) -> Any:
        await state.update_data(expires_on=None)
        await answers[query.data].replace(query.message)
        return query.answer()

    @router.message(StateFilter(Renewal.expires_on))
    async def typed(message: Message, state: FSMContext) -> None:
        day = datetime.strptime(message.text, "%d/%m/%Y").date()
        await state.update_data(expires_on=day)
        await answers[message.text].answer(message)

    return router


async def run(options: argparse.Namespace) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(options.api))
    bot = Bot("42:BENCH", session=session)
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(routes(json.loads(options.screens.read_text(encoding="utf-8"))))
    if options.port is None:
        await bot.delete_webhook()
        await dispatcher.start_polling(bot)
        return
    app = web.Application()
    # In the background or not is its choice to make; the one that was faster here is taken.
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=options.background, secret_token=SECRET)
    handler.register(app, path="/telegram")
    setup_application(app, dispatcher, bot=bot)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", options.port).start()
    await bot.set_webhook(f"http://127.0.0.1:{options.port}/telegram", secret_token=SECRET)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api", required=True)
    parser.add_argument("--screens", type=Path, required=True)
    parser.add_argument("--port", type=int, default=None, help="a webhook on this port; without it, long polling")
    parser.add_argument("--background", action="store_true", help="acknowledge an update before it is handled")
    uvloop.run(run(parser.parse_args()))
