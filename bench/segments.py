"""What conversations cost by SMS, in segments: every reply of the stories, in each language.

    python -m bench.segments [STORIES]

Each story is a whole conversation. A reply is its first SMS; the pages that a person may ask for are counted apart, as
if everybody read everything.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bot.channels.sms.segments import measure
from bot.channels.sms.window import CHANNEL, show
from bot.replay import Story, played
from bot.words import words_for
from dialogs.knowledge.files import read
from dialogs.knowledge.library import load_knowledge
from dialogs.machine import LANGUAGES, Step
from dialogs.understanding.reader import load_reader

STORIES = Path(__file__).parent.parent / "tests" / "stories"


@dataclass(frozen=True)
class Cost:
    """The segments of a conversation: of each reply, and of all the pages that could still be asked for."""

    replies: tuple[int, ...]
    further: int


def costs(folder: Path, language: str) -> Iterator[Cost]:
    """The cost of each story of a folder, said in a language."""
    knowledge, reader = load_knowledge(), load_reader(model=False)
    words = words_for(knowledge, language, CHANNEL)

    def segments(result: Step) -> tuple[int, int]:
        (message,), screen = show(result, words)
        return measure(message["body"]).segments, sum(measure(page).segments for page in screen["rest"])

    for path in sorted(folder.glob("*.yaml")):
        said = [segments(result) for _, result in played(knowledge, reader, read(path, Story))]
        yield Cost(tuple(first for first, _ in said), sum(further for _, further in said))


def main() -> None:
    """Prints the mean and the worst, by language."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stories", nargs="?", type=Path, default=STORIES)
    folder = parser.parse_args().stories
    for language in LANGUAGES:
        told = list(costs(folder, language))
        conversations = [sum(cost.replies) for cost in told]
        replies = [segments for cost in told for segments in cost.replies]
        print(
            f"{language}: {len(told)} stories, {len(replies)} replies; segments a conversation: "
            f"mean {mean(conversations):.2f}, worst {max(conversations)}; a reply: mean {mean(replies):.2f}, "
            f"worst {max(replies)}; with every page read: mean {mean(sum(c.replies) + c.further for c in told):.2f}"
        )


if __name__ == "__main__":
    main()
