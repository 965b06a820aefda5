"""How well messages are understood: precision and recall of facts, accuracy of intents, time a message.

    python -m bench.understanding [--no-model] [--set dev|heldout] [--failures]

A fact is right when its value is the labelled one; found counts the labelled facts that came out right. The held-out
messages were labelled by people who had not read the lexicon: their failures are never shown, only the totals.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dialogs.understanding.reader import Reader, load_reader

MESSAGES = Path(__file__).parent / "messages"
LANGUAGES = ("fr", "en")
GUARDED = ("stop", "erase")


@dataclass(frozen=True)
class Labelled:
    """One message and what it says, values as JSON has them."""

    text: str
    as_of: date
    asked: str | None
    intent: str | None
    facts: dict[str, str | int]


@dataclass
class Score:
    """What came out against what was labelled."""

    messages: int = 0
    intents_right: int = 0
    false_guarded: int = 0
    seconds: float = 0.0
    right: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    labelled: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Facts right among the facts given."""
        return self.right.total() / max(self.given.total(), 1)

    @property
    def recall(self) -> float:
        """Facts right among the facts labelled."""
        return self.right.total() / max(self.labelled.total(), 1)

    @property
    def intent_accuracy(self) -> float:
        """Messages whose intent (or absence of one) is right."""
        return self.intents_right / max(self.messages, 1)


def labelled(name: str, language: str) -> list[Labelled]:
    """The messages of one set in one language."""
    lines = (MESSAGES / f"{name}.{language}.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return [
        Labelled(row["text"], date.fromisoformat(row["as_of"]), row.get("asked"), row["intent"], row["facts"])
        for row in rows
    ]


def score(reader: Reader, messages: Iterable[Labelled]) -> Score:
    """Read every message and count."""
    total = Score()
    for message in messages:
        started = time.perf_counter()
        reading = reader.read(message.text, message.as_of, asked=message.asked)
        total.seconds += time.perf_counter() - started
        facts = {name: value.isoformat() if isinstance(value, date) else value for name, value in reading.facts.items()}
        right = {name for name, value in facts.items() if message.facts.get(name) == value}
        total.messages += 1
        total.intents_right += reading.intent == message.intent
        total.false_guarded += reading.intent in GUARDED and reading.intent != message.intent
        total.right.update(right)
        total.given.update(facts.keys())
        total.labelled.update(message.facts.keys())
        if reading.intent != message.intent or facts != message.facts:
            total.failures.append(
                f"{message.text}\n    labelled {message.intent} {message.facts}\n    read     {reading.intent} {facts}"
            )
    return total


def show(language: str, total: Score) -> None:
    """One language's table on standard output."""
    print(f"\n{language}: {total.messages} messages, {1000 * total.seconds / max(total.messages, 1):.2f} ms each")
    print(f"  intents {total.intent_accuracy:7.1%}   false stop or erase {total.false_guarded}")
    print(f"  facts   right {total.precision:6.1%}   found {total.recall:6.1%}")
    for name in sorted(total.labelled | total.given):
        right, given, wanted = total.right[name], total.given[name], total.labelled[name]
        print(f"    {name:15} right {right / max(given, 1):6.1%}  found {right / max(wanted, 1):6.1%}  ({wanted})")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--no-model", action="store_true", help="the lexicon alone")
    parser.add_argument("--set", choices=("dev", "heldout"), default="dev")
    parser.add_argument("--failures", action="store_true", help="each message misread (dev only)")
    options = parser.parse_args()
    if options.failures and options.set == "heldout":
        parser.error("the failures of the held-out set are not shown: it would no longer be held out")
    reader = load_reader(model=not options.no_model)
    for language in LANGUAGES:
        total = score(reader, labelled(options.set, language))
        show(language, total)
        if options.failures:
            print("\n".join(total.failures))


if __name__ == "__main__":
    main()
