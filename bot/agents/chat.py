"""The agents' side of a Telegram chat: linked by a code, it takes announcements. To anybody else it does not exist.

It is asked before the conversation, costs no query to those who are no agents, and does what it does within the turn.
"""

import re
from dataclasses import replace
from datetime import datetime

from bot.agents import linking, screens
from bot.agents.actor import Actor
from bot.agents.draft import Draft, begun, checked, draft_of
from bot.clock import milliseconds
from bot.incoming import Incoming
from bot.notices.openings.announcement import Announcement, Unfit
from bot.notices.openings.deciding import Ending, announce, end
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.rehearsal import rehearse
from bot.notices.openings.report import look
from bot.store import people, watching
from bot.store.people import PersonRow
from bot.store.script import Script
from bot.window import Message
from dialogs.events import Say

PATIENCE = 15 * 60 * 1000
"""Milliseconds for which a form that was begun is gone on with; what it rehearsed then no longer holds."""

_COMMAND = re.compile(r"/(agent|annonce)(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"\d{3}[ .-]?\d{3}", re.ASCII)
_ENDINGS: dict[str, Ending] = {"back": "cancelled", "stop": "cancelled", "gone": "gone"}
_DRAFT = "announcement"


class AgentChat:
    """Answers what only agents say and press."""

    def __init__(self, desk: OpeningDesk) -> None:
        self._desk = desk

    def heed(self, incoming: Incoming, person: PersonRow, now: datetime) -> Script[list[Message] | None]:
        """What is said to an agent; None where the conversation goes on as it does with everybody."""
        pressed = incoming.agent
        text = incoming.event.text if isinstance(incoming.event, Say) else ""
        command = _COMMAND.fullmatch(text.strip()) if text.startswith("/") else None
        if pressed is None and command is None and (not text or person.sealed_screen is None):
            return None
        if command is not None and command[1].lower() == "agent":
            return (yield from self._link(person, (command[2] or "").strip(), now))
        actor = yield from linking.in_chat(person.id)
        if actor is None:
            return None
        if command is not None:
            return (yield from self._begin(actor, person, command[2] or "", now))
        if pressed is not None:
            return (yield from self._pressed(actor, incoming, person, pressed, now))
        draft = self._draft(person, now)
        if draft is None or text.startswith("/") or draft.asks is None:
            return None
        return (yield from self._go_on(actor, person, draft.told(draft.asks, text), now))

    # --- who it is -------------------------------------------------------------------------------------------

    def _link(self, person: PersonRow, said: str, now: datetime) -> Script[list[Message] | None]:
        desk = self._desk
        if _CODE.fullmatch(said):
            code = re.sub(r"\D", "", said)
            became = yield from linking.link(desk.vault, code, person.id, milliseconds(now), desk.new_id)
            if became == "wrong" or became == "wait":
                return screens.shown(screens.WRONG if became == "wrong" else screens.WAIT)
            return screens.shown(screens.linked(became, desk.knowledge))
        actor = yield from linking.in_chat(person.id)
        if actor is None:
            return None
        if said.casefold() != "stop":
            return screens.shown(screens.linked(actor, desk.knowledge))
        yield from linking.unlink(person.id, milliseconds(now), desk.new_id)
        yield from people.save_screen(person.id, None)
        return screens.shown(screens.UNLINKED)

    # --- the form --------------------------------------------------------------------------------------------

    def _begin(self, actor: Actor, person: PersonRow, line: str, now: datetime) -> Script[list[Message]]:
        if not any(actor.may("openings.announce", code) for code in actor.prefectures):
            return screens.shown(screens.may_not(actor))
        draft = begun(actor, self._desk.new_id(), line, now, milliseconds(now))
        return (yield from self._go_on(actor, person, draft, now))

    def _pressed(
        self, actor: Actor, incoming: Incoming, person: PersonRow, pressed: str, now: datetime
    ) -> Script[list[Message]]:
        word, _, value = pressed.partition(" ")
        if word in _ENDINGS:
            return (yield from self._end(actor, value, _ENDINGS[word], incoming.screen, now))
        draft = self._draft(person, now)
        if word == "drop":
            yield from people.save_screen(person.id, None)
            return screens.shown(screens.DROPPED, screen=incoming.screen)
        if draft is None or (word == "send" and value != draft.id):
            was_sent = word == "send" and (yield from look(self._desk, value)) is not None
            return [] if was_sent else screens.shown(screens.OVER)  # a double tap is one
        match word:
            case "send":
                return (yield from self._send(actor, person, draft, incoming.screen, now))
            case "note":
                draft = draft.without("note")
            case "no_note":
                draft = draft.told("note", "")
            case "prefecture" | "calendar" | "slots" | "until":
                draft = draft.told(word, value)
        return (yield from self._go_on(actor, person, draft, now, incoming.screen))

    def _go_on(
        self, actor: Actor, person: PersonRow, draft: Draft, now: datetime, screen: str | None = None
    ) -> Script[list[Message]]:
        """The next question, or the rehearsal once all is told; what cannot be is asked again, with the reason."""
        wrong, announcement = "", None
        while True:
            try:
                draft, announcement = checked(self._desk.knowledge, actor, draft, now)
                break
            except Unfit as problem:
                wrong, draft = wrong or problem.fr, draft.without(problem.field)
        draft = replace(draft, at=milliseconds(now))
        yield from self._keep(person, draft)
        if announcement is None:
            text, buttons = screens.asking(self._desk.knowledge, actor, draft, now)
        else:
            found = yield from rehearse(self._desk, actor, announcement, now)
            text, buttons = screens.rehearsal(found, self._desk.knowledge, draft)
        buttons = [*buttons, [("Annuler", "drop")]]
        return screens.shown(f"{wrong}\n\n{text}" if wrong else text, buttons, screen)

    def _send(
        self, actor: Actor, person: PersonRow, draft: Draft, screen: str | None, now: datetime
    ) -> Script[list[Message]]:
        announcement = self._still(actor, draft, now)
        if announcement is None or screen is None:
            return (yield from self._go_on(actor, person, draft, now, screen))
        found = yield from rehearse(self._desk, actor, announcement, now)
        opening = yield from announce(self._desk, actor, found, now, id=draft.id)
        yield from watching.watch(opening.id, person.id, screen)
        yield from people.save_screen(person.id, None)
        return (yield from self._show(opening.id, screen))

    def _still(self, actor: Actor, draft: Draft, now: datetime) -> Announcement | None:
        """The announcement as rehearsed, if it may still be made."""
        try:
            return checked(self._desk.knowledge, actor, draft, now)[1]
        except Unfit:  # its end may have come since
            return None

    # --- what was announced ----------------------------------------------------------------------------------

    def _end(self, actor: Actor, id: str, ending: Ending, screen: str | None, now: datetime) -> Script[list[Message]]:
        ended = yield from end(self._desk, actor, id, ending, now)
        if ended is None:
            return screens.shown(screens.NOT_YOURS)
        return (yield from self._show(id, screen))

    def _show(self, id: str, screen: str | None) -> Script[list[Message]]:
        report = yield from look(self._desk, id)
        return [] if report is None else screens.shown(*screens.following(report), screen)

    # --- what is kept between two messages -------------------------------------------------------------------

    def _draft(self, person: PersonRow, now: datetime) -> Draft | None:
        if person.sealed_screen is None:
            return None
        kept = self._desk.vault.open_data(person.sealed_screen)
        draft = draft_of(kept.get(_DRAFT, {}))
        return draft if draft is not None and milliseconds(now) - draft.at <= PATIENCE else None

    def _keep(self, person: PersonRow, draft: Draft) -> Script[None]:
        sealed = self._desk.vault.seal_data({_DRAFT: draft.to_json()})
        yield from people.save_screen(person.id, sealed)
