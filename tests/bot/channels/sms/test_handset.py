"""`rdv-sejour chat --sms`: what is typed is heard as an SMS, what is said is shown with what it costs."""

import io
from datetime import datetime

from rich.console import Console

from bot.channels.sms.handset import converse
from bot.local import passing_by_sms
from dialogs.knowledge.library import Knowledge
from dialogs.understanding.reader import Reader


def talked(lines: str, knowledge: Knowledge, reader: Reader, now: datetime) -> str:
    out = io.StringIO()
    talk = passing_by_sms(knowledge, reader, lambda: now, "fr")
    converse(talk, io.StringIO(lines), Console(file=out, width=60, highlight=False))
    return out.getvalue()


def test_each_message_is_shown_with_its_encoding_septets_and_segments(
    knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    screen = talked("38\n\n17\nSUITE\n", knowledge, reader, now)
    assert "2 Isère (38)" in screen
    assert screen.count("[GSM-7, ") == 4
    assert " septets, 2 SMS]" in screen
    assert "ants.gouv.fr" in screen
    assert screen.rstrip().splitlines()[-1].startswith("4 messages, ")


def test_brackets_are_shown_as_they_are(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    assert "C'est tout." in talked("suite\n[bold]\n", knowledge, reader, now)
