"""What a notice says: the préfecture's text for a public and a language, and how to stop."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from bot.channels.sms.gsm7 import fits, written
from bot.channels.sms.segments import measure
from bot.settings import Settings
from bot.words import Words, words_for
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.places.tables import load_departments
from dialogs.knowledge.shelves import Notice
from dialogs.machine import LANGUAGES
from dialogs.proof import Finding

Audience = Literal["general", "student"]
AUDIENCES: tuple[Audience, ...] = ("general", "student")
CHANNEL = "sms"
MOST_SEGMENTS = 2

TOKEN = 8
"""Random bytes of the token in a stop link: eleven characters, which nobody goes through."""
SAMPLE_TOKEN = "x" * 11
_SAMPLES = {"number": "+33639980001", "link": f"https://rdv-sejour.example.org/s/{SAMPLE_TOKEN}", "reply": ""}
"""What the ways to stop are measured with."""
ENDS = (*_SAMPLES, "telegram")
"""The ways to stop that a notice may end with."""
_RECEIVES = re.compile(r"\+?\d{3,15}")
_DOMAIN = re.compile(r"\b(?:[\w-]+\.)+[a-z]{2,}\b")


class NoWayToStop(ValueError):
    """A sender that cannot be answered, and no page of ours: a notice could not say how to stop."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How people stop: by writing to a `number`, by a `link` of their own under `value`, or by a `reply`."""

    way: Literal["number", "link", "reply"]
    value: str = ""

    def link(self, token: str) -> str:
        return f"{self.value}/s/{token}"


def ending_of(settings: Settings) -> Ending:
    """The way to stop that the settings allow. Raises NoWayToStop, with what is to be configured."""
    number = number_of(settings)
    if number is not None:
        return Ending("number", number)
    if settings.public_url:
        return Ending("link", settings.public_url)
    senders = _senders(settings)
    if not senders or any(each.startswith("MG") for each in senders):
        return Ending("reply")
    raise NoWayToStop(
        "On ne peut pas répondre à TWILIO_SENDER, et un avis doit dire comment ne plus en recevoir. Configurez "
        "TWILIO_REPLY_SENDER (un numéro) ou PUBLIC_URL (une page pour arrêter)."
    )


def number_of(settings: Settings) -> str | None:
    """The number that people can write to: that of the conversation, else the sender's, if it can receive."""
    return next((each for each in _senders(settings) if _RECEIVES.fullmatch(each)), None)


def _senders(settings: Settings) -> list[str]:
    return [each for each in (settings.twilio_reply_sender, settings.twilio_sender) if each]


class Wording:
    """The texts of one préfecture."""

    def __init__(self, knowledge: Knowledge, code: str, ending: Ending) -> None:
        self._knowledge, self._code, self._ending = knowledge, code, ending
        self._sms: dict[tuple[str, Audience], str] = {}

    def sms(self, language: str, audience: Audience, token: str = SAMPLE_TOKEN) -> str:
        """The SMS; `token` ends the link to stop, where that is the way."""
        body = self._sms.get((language, audience))
        if body is None:
            values = {"number": self._ending.value, "link": self._ending.link(SAMPLE_TOKEN)}
            body = self._sms[language, audience] = self._body(language, audience, self._ending.way, values)
        return body.replace(SAMPLE_TOKEN, token) if self._ending.way == "link" else body

    def message(self, language: str, audience: Audience, token: str = SAMPLE_TOKEN) -> dict[str, Any]:
        """The SMS as its sender takes it."""
        return {"body": self.sms(language, audience, token)}

    def telegram(self, language: str, audience: Audience) -> str:
        """The same on Telegram."""
        return f"{self._text(language, audience)}\n\n{self._end(language, 'telegram', {})}"

    def telegram_message(self, language: str, audience: Audience) -> dict[str, Any]:
        """As the Bot API takes it; it comes without a sound."""
        return {
            "method": "sendMessage",
            "text": self.telegram(language, audience),
            "disable_notification": True,
            "link_preview_options": {"is_disabled": True},
        }

    def _body(self, language: str, audience: Audience, way: str, values: dict[str, str]) -> str:
        return written(f"{self._text(language, audience)} {self._end(language, way, values)}")

    def _text(self, language: str, audience: Audience) -> str:
        notice, site = notice_for(self._knowledge, self._code, audience), self._knowledge.office(self._code).site
        return self._words(language).text(notice.text, {"site": site})

    def _end(self, language: str, way: str, values: dict[str, str]) -> str:
        return self._words(language).text(self._knowledge.national.notice_ends[way], values or {"site": ""})

    def _words(self, language: str) -> Words:
        return words_for(self._knowledge, language, CHANNEL)


def notice_for(knowledge: Knowledge, code: str, audience: Audience) -> Notice:
    """The préfecture's text for a public: its own, else that for everybody, else the national one."""
    for shelf in knowledge.shelves(code):
        for name in (audience, "general"):
            if name in shelf.notices:
                return shelf.notices[name]
    raise KeyError(f"notices: {audience}")


def notice_findings(knowledge: Knowledge) -> Iterator[Finding]:
    """What is wrong with the notices: a sign that makes them dear, a third segment, a domain that is not official."""
    lacking = ["notices.general is missing"] * ("general" not in knowledge.national.notices)
    lacking += [f"notice_ends.{way} is missing" for way in ENDS if way not in knowledge.national.notice_ends]
    if lacking:
        yield from (Finding("national.yaml", knowledge.national.line, message) for message in lacking)
        return
    file = {id(each): name for name, shelf in _files(knowledge) for each in shelf.notices.values()}
    seen = set()
    for code in (*knowledge.prefectures, _longest_site(knowledge)):
        site = knowledge.office(code).site
        for audience in AUDIENCES:
            notice = notice_for(knowledge, code, audience)
            name = file[id(notice)]
            if foreign := [each for each in _DOMAIN.findall(notice.text) if each != site]:
                seen.add(Finding(name, notice.line, f"a notice names only {site}, not {foreign[0]}"))
            for language in LANGUAGES:
                seen.update(_measured(knowledge, code, audience, language, name, notice.line))
    yield from sorted(seen)


def _measured(
    knowledge: Knowledge, code: str, audience: Audience, language: str, file: str, line: int
) -> Iterator[Finding]:
    for way, sample in _SAMPLES.items():
        wording = Wording(knowledge, code, Ending("reply"))
        values = {"number": sample, "link": sample}
        raw = f"{wording._text(language, audience)} {wording._end(language, way, values)}"
        if not fits(raw):
            odd = next(sign for sign in raw if not fits(sign))
            yield Finding(file, line, f"notice {audience} in {language}: « {odd} » is not in GSM-7")
        elif (cost := measure(raw)).segments > MOST_SEGMENTS:
            over = f"{cost.segments} segments with the {way} to stop, {MOST_SEGMENTS} are allowed"
            yield Finding(file, line, f"notice {audience} in {language}: {over}")


def _files(knowledge: Knowledge) -> Iterator[tuple[str, Any]]:
    yield "national.yaml", knowledge.national
    yield from ((knowledge.file_of[code], shelf) for code, shelf in knowledge.prefectures.items())


@cache
def _longest_site(knowledge: Knowledge) -> str:
    """The department whose site takes most room in the national text."""
    others = [row for code, row in load_departments().items() if code not in knowledge.prefectures]
    return max(others, key=lambda row: len(row.site)).code
