"""Whole conversations through a pipe, and one in a real terminal with its editing keys."""

import io
import os
import pty
import select
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from bot.channels.terminal import Choices, converse, read_line
from bot.keyboard import Option
from dialogs.conversation import Conversation
from dialogs.events import Ask, Choose, Say
from dialogs.knowledge.library import Knowledge
from dialogs.understanding.reader import Reader

COMMAND = [sys.executable, "-m", "bot.cli", "chat", "--as-of", "2026-11-21"]
ROOT = Path(__file__).parents[2]


def talk(
    knowledge: Knowledge, reader: Reader, now: datetime, *lines: str, language: str = "fr"
) -> tuple[Conversation, str]:
    """The conversation after these lines, and the whole screen."""
    screen = io.StringIO()
    typed = io.StringIO("".join(f"{line}\n" for line in lines))
    console = Console(file=screen, highlight=False, width=200)
    conversation = converse(knowledge, reader, lambda: now, language, typed, console)
    return conversation, screen.getvalue()


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
    choices = (Option("Carte d’un an", Choose("permit", "cst")), Option("CSP", Choose("permit", "csp")))
    assert read_line(line, Choices(choices)) == event


def test_a_number_is_said_where_choices_bear_none() -> None:
    choices = Choices((Option("Je ne sais pas", Choose("age_at_entry", "unsaid")),), numbered=False)
    assert read_line("1", choices) == Say("1")


def test_a_conversation_through_a_pipe_ends_well() -> None:
    typed = "Isère (38)\nretirer ma carte\nétudiant\npourquoi ?\nmerci\n"
    done = subprocess.run(COMMAND, input=typed, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stderr == ""
    assert "SMS" in done.stdout
    assert "Pourquoi cette réponse" in done.stdout


class Terminal:
    """A conversation in a terminal of its own."""

    def __init__(self) -> None:
        self.screen = ""
        self._master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "INPUTRC": os.devnull}
        self._process = subprocess.Popen(
            COMMAND, stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env=environment, start_new_session=True
        )
        os.close(slave)

    def wait_for(self, text: str) -> None:
        """Reads until `text` has come since the last wait, for at most thirty seconds."""
        read, end = "", time.monotonic() + 30
        while text not in read and time.monotonic() < end:
            if select.select([self._master], [], [], 0.5)[0]:
                read += self._read()
        assert text in read, read
        self.screen += read

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def leave(self) -> int:
        """Ctrl-D on an empty line; returns the exit code."""
        self.type("\x04")
        while self._read():
            pass
        os.close(self._master)
        return self._process.wait(30)

    def _read(self) -> str:
        try:
            return os.read(self._master, 65536).decode(errors="replace")
        except OSError:  # Linux tells the end of a terminal as an error
            return ""


def test_a_conversation_in_a_terminal() -> None:
    terminal = Terminal()
    terminal.wait_for("> ")
    terminal.type("75\x7f4\r")  # the backspace key takes the 5 back: 74
    terminal.wait_for("> ")
    terminal.type("1\r")
    terminal.wait_for("> ")
    terminal.type("\x1b[A\r")  # the upward arrow brings the last line back: 1 again
    terminal.wait_for("> ")
    assert terminal.leave() == 0
    assert "ANEF" in terminal.screen  # Haute-Savoie, renewal, student
