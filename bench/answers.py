"""How fast answers come: situations a second in a batch, time of a pressed option, time to the first question.

    python -m bench.answers [--situations 10000] [--seed 1] [--runs 3] [--starts 7]

A ratio above 1 is better than the goal. The sentence model takes no part: nothing here is free text.
"""

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dialogs import facts as kinds
from dialogs.conversation import Conversation
from dialogs.effects import Answered
from dialogs.events import Choose
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.knowledge.places.tables import load_departments
from dialogs.machine import LANGUAGES, step
from dialogs.paths import ways
from dialogs.understanding.reader import Reader, load_reader

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PER_SECOND, QUESTION_MS, START_SECONDS = 2000, 0.1, 1.0
"""The goals."""

TOWNS = ("Annecy", "Annemasse", "Grenoble", "Cayenne", "Mana", "Maripasoula", "Kourou", "Lyon")
CALENDARS = ("unsaid", "1.1", "1.1,1.2", "2", "3.1", "3.1,3.2,3.3,3.4", "4.1,4.2")
NUMBERS = ("9973123456", "F002345678", "F973123456", "0002345678")
SHARES = {"prefecture": 0.95, "procedure": 0.95, "permit": 0.8, "ground": 0.6, "district": 0.5, "expires_on": 0.5}
OFTEN_ELSEWHERE, SELDOM = 0.25, 0.15
COMMAND = (sys.executable, "-m", "bot.cli")


# --- situations --------------------------------------------------------------------------------------------------


def situations(knowledge: Knowledge, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Situations as `answer --batch` reads them, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    intents = [name for name in knowledge.questions.intents if name not in ("back", "change", "restart")]
    for _ in range(count):
        as_of = date(2018, 1, 1) + timedelta(days=chance.randrange(3650))
        facts = {
            fact: _value(chance, knowledge.kinds[fact], as_of)
            for fact in knowledge.kinds
            if fact not in ("agdref", "full_calendars") and chance.random() < SHARES.get(fact, SELDOM)
        }
        situation = {
            "facts": facts,
            "as_of": as_of.isoformat(),
            "lang": chance.choice(LANGUAGES),
        }
        match chance.random():
            case share if share < 0.15:
                facts["full_calendars"] = chance.choice(CALENDARS)
                situation["intent"] = "calendar_full"
            case share if share < 0.2:
                facts["agdref"] = chance.choice(NUMBERS)
            case share if share < 0.4:
                situation["intent"] = chance.choice(intents)
        yield situation


def _value(chance: random.Random, kind: kinds.Kind, as_of: date) -> str:
    match kind:
        case kinds.Choice(values):
            return chance.choice(values)
        case kinds.Department(known):
            return chance.choice(list(load_departments()) if chance.random() < OFTEN_ELSEWHERE else known)
        case kinds.Years():
            return str(chance.randrange(30))
        case kinds.Day(past=past):
            return (as_of + timedelta(days=chance.randrange(-730, 0 if past else 730))).isoformat()
        case _:
            return chance.choice(TOWNS)


@dataclass(frozen=True)
class Batch:
    """One run: seconds from the start of the process to its end, those of a processor, and the replies."""

    seconds: float
    processor: float
    replies: list[dict[str, Any]]


def batch(lines: Iterable[str]) -> Batch:
    """The lines through one process, by pipes. On a busy machine the seconds of a processor say more."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*COMMAND, "answer", "--batch"], input="".join(lines), capture_output=True, text=True, check=True
    )
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Batch(seconds, processor, [json.loads(line) for line in done.stdout.splitlines()])


# --- steps -------------------------------------------------------------------------------------------------------


@dataclass
class Steps:
    """Milliseconds of the steps that end in a question and of those that compose an answer."""

    asking: list[float] = field(default_factory=list)
    answering: list[float] = field(default_factory=list)


def steps(knowledge: Knowledge, reader: Reader) -> Steps:
    """Whole conversations by pressed options, one for every way through the questions."""
    taken = Steps()
    for way in ways(knowledge, NOW):
        conversation = Conversation()
        for fact, value in way.asked.items():
            pressed = Choose(fact, knowledge.kinds[fact].say(value))
            started = time.perf_counter()
            result = step(knowledge, reader, conversation, pressed, NOW)
            milliseconds = 1000 * (time.perf_counter() - started)
            answered = any(isinstance(effect, Answered) for effect in result.effects)
            (taken.answering if answered else taken.asking).append(milliseconds)
            conversation = result.conversation
    return taken


# --- start -------------------------------------------------------------------------------------------------------


def start(question: str) -> float:
    """Seconds from the start of the process until its first question has been read."""
    started = time.perf_counter()
    with subprocess.Popen([*COMMAND, "run"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None or not any(question in line for line in process.stdout):
            raise RuntimeError("the terminal asked no question")
        return time.perf_counter() - started


# --- report ------------------------------------------------------------------------------------------------------


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--situations", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--starts", type=int, default=7)
    options = parser.parse_args()
    knowledge = load_knowledge()

    lines = [
        json.dumps(each, ensure_ascii=False) + "\n" for each in situations(knowledge, options.situations, options.seed)
    ]
    empty = min((batch(()) for _ in range(3)), key=lambda run: run.seconds)
    run = sorted((batch(lines) for _ in range(options.runs)), key=lambda run: run.seconds)[options.runs // 2]
    count, statuses = len(run.replies), Counter(reply["status"] for reply in run.replies)
    of_each = ", ".join(f"{number} {status}s" for status, number in statuses.most_common())
    print(f"batch: {count} situations ({of_each}) in {run.seconds:.2f} s, {empty.seconds:.2f} s of it the start")
    _show("situations a second, start excluded", count / (run.seconds - empty.seconds), PER_SECOND, more=True)
    _show("situations a second, start included", count / run.seconds, PER_SECOND, more=True)
    _show("a second of a processor, start excluded", count / (run.processor - empty.processor), PER_SECOND, more=True)

    reader = load_reader(model=False)
    steps(knowledge, reader)
    taken = steps(knowledge, reader)
    print(f"\npressed options: {len(taken.asking)} that ask, {len(taken.answering)} that answer")
    _show("ms to the next question, median", statistics.median(taken.asking), QUESTION_MS)
    _show("ms to the next question, p95", _p95(taken.asking), QUESTION_MS)
    _show("ms to the answer, median", statistics.median(taken.answering))
    _show("ms to the answer, p95", _p95(taken.answering))

    starts = [start(knowledge.entries["prefecture"].ask[0].text) for _ in range(options.starts)]
    print(f"\nstart of the terminal: {len(starts)} runs, {min(starts):.2f} to {max(starts):.2f} s")
    _show("s to the first question, median", statistics.median(starts), START_SECONDS)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _show(name: str, value: float, goal: float | None = None, *, more: bool = False) -> None:
    ratio = "" if goal is None else f"  goal {goal:g}, ratio {value / goal if more else goal / value:.2f}"
    print(f"  {name:40} {value:10.3f}{ratio}")


if __name__ == "__main__":
    main()
