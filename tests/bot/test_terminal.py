"""Whole conversations through a pipe, and one in a real terminal with its editing keys."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from bot.buttons import encode
from bot.channels.terminal import Message, read_line
from dialogs.conversation import Conversation
from dialogs.events import Ask, Choose, Event, Say
from dialogs.knowledge.library import Knowledge
from dialogs.understanding.reader import Reader
from tests.person import Person

COMMAND = [sys.executable, "-m", "bot.cli", "chat", "--as-of", "2026-11-21"]
ROOT = Path(__file__).parents[2]
CONTROL = re.compile(r"\x1b\[[?\d;]*[A-Za-z]")


def talk(
    knowledge: Knowledge, reader: Reader, now: datetime, *lines: str, language: str = "fr"
) -> tuple[Conversation, str]:
    """The conversation after these lines, and the whole screen."""
    person = Person(knowledge, reader, now, language)
    person.types(lines)
    return person.conversation, person.screen


def test_numbers_lead_to_the_answer(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    options = {entry.name: entry.ask[-1].options for entry in knowledge.questions.facts if entry.ask}
    numbers = [
        options["prefecture"].index("74") + 1,
        options["procedure"].index("renewal") + 1,
        options["permit"].index("cst") + 1,
    ]
    conversation, screen = talk(knowledge, reader, now, *map(str, numbers))
    assert conversation.facts == {"prefecture": "74", "procedure": "renewal", "permit": "cst"}
    assert "Calendrier 3.1" in screen


def test_words_lead_to_the_answer_at_once(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation, screen = talk(knowledge, reader, now, "je veux renouveler ma carte étudiant à Annecy")
    assert conversation.facts["permit"] == "student"
    assert "ANEF" in screen


def test_zero_goes_back(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation, screen = talk(knowledge, reader, now, "Haute-Savoie (74)", "0")
    assert conversation.facts == {}
    assert "Je reviens en arrière." in screen


def test_where_an_age_is_asked_a_number_is_an_age(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    asked = ("Isère (38)", "Premier titre de séjour", "J’ai eu 18 ans il y a peu")
    conversation, _ = talk(knowledge, reader, now, *asked, "1")
    assert conversation.facts["age_at_entry"] == 1


def test_the_screen_follows_the_language(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation, screen = talk(knowledge, reader, now, "I want to renew my student card in Grenoble")
    assert conversation.language == "en"
    assert knowledge.rules["38-renewal-student"].answer.say not in screen


def test_the_list_of_documents_stands_there_once(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    _, screen = talk(knowledge, reader, now, "74", "renouveler ma carte csp", "pièces", "Ma liste de pièces", "1")
    first, ticked = screen.split("\n\nMa liste de pièces\n")[1:]
    number = int(re.findall(r"(?m)^[☐☑] (\d+)\. ", first)[-1])
    assert f"{number + 1:>2}. Fini" in first, "the choices go on where the list ends"
    assert [len(re.findall(r"Passeport", part)) for part in (first, ticked)] == [1, 1]
    assert "☑ 1. " in ticked


@pytest.mark.parametrize("word", ["quitter", "Exit "])
def test_a_word_ends_it(knowledge: Knowledge, reader: Reader, now: datetime, word: str) -> None:
    conversation, _ = talk(knowledge, reader, now, "74", word, "38")
    assert conversation.facts == {"prefecture": "74"}


def test_empty_lines_are_passed_over(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation, _ = talk(knowledge, reader, now, "", "   ", "74", "")
    assert conversation.facts == {"prefecture": "74"}


def test_marks_of_the_console_are_only_text(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    talk(knowledge, reader, now, "[bold]74[/bold]", "[/]", "\x1b[31m", "\x00", "}{%(x)s {site}")


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("2", Choose("permit", "csp")),
        (" carte d’un an ", Choose("permit", "cst")),
        ("CSP", Choose("permit", "csp")),
        ("0", Ask("back")),
        ("3", Say("3")),
        ("²", Say("²")),
        ("je ne sais pas", Say("je ne sais pas")),
    ],
)
def test_what_a_line_means(line: str, event: object) -> None:
    choices = {"Carte d’un an": Choose("permit", "cst"), "CSP": Choose("permit", "csp")}
    assert read_line(line, screen(choices)) == event


def test_a_number_is_said_where_choices_bear_none() -> None:
    choices = {"Je ne sais pas": Choose("age_at_entry", "unsaid")}
    assert read_line("1", screen(choices, numbered=False)) == Say("1")


def screen(choices: dict[str, Event], *, numbered: bool = True) -> Message:
    return {"choices": [[label, encode(event)] for label, event in choices.items()], "numbered": numbered}


def test_a_conversation_through_a_pipe_ends_well() -> None:
    typed = "Isère (38)\nretirer ma carte\nétudiant\npourquoi ?\nmerci\n"
    done = subprocess.run(COMMAND, input=typed, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "SMS" in done.stdout
    assert "Pourquoi cette réponse" in done.stdout


class Terminal:
    """A conversation in a terminal of its own, ended with it."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "INPUTRC": os.devnull}
        self._process = subprocess.Popen(
            COMMAND, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environment, start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def answer_to(self, text: str, keys: str) -> None:
        """Types the keys once `text` and, after it, the prompt are on the screen; waits for half a minute at most."""
        screen, end = "", time.monotonic() + 30
        while not (text in screen and screen.endswith("> ")) and time.monotonic() < end:
            screen += CONTROL.sub("", self._read())
        assert text in screen, screen
        os.write(self._master, keys.encode())

    def leave(self) -> int:
        """Ctrl-D until the conversation ends, for a key typed before the prompt is ready is lost."""
        end = time.monotonic() + 30
        while self._process.poll() is None and time.monotonic() < end:
            os.write(self._master, b"\x04")
            self._read()
        return self._process.wait(1)

    def _read(self) -> str:
        if not select.select([self._master], [], [], 0.2)[0]:
            return ""
        try:
            return os.read(self._master, 65536).decode(errors="replace")
        except OSError:  # Linux tells the end of a terminal as an error
            return ""


def test_a_conversation_in_a_terminal() -> None:
    with Terminal() as terminal:
        terminal.answer_to("Dans quel département habitez-vous", "75\x7f4\r")  # backspace takes the 5 back: 74
        terminal.answer_to("Que voulez-vous faire", "1\r")
        terminal.answer_to("Que lisez-vous sur votre carte", "\x1b[A\r")  # the upward arrow brings back the 1
        terminal.answer_to("Faites votre renouvellement en ligne, sur l’ANEF", "")
        assert terminal.leave() == 0
