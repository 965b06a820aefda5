"""Each story is a real situation; all of them together show how few questions people are asked."""

from pathlib import Path
from statistics import mean

import pytest

from bot.replay import questions_in, replay
from dialogs.knowledge.library import Knowledge
from dialogs.understanding.reader import Reader

STORIES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("story", STORIES, ids=[path.stem for path in STORIES])
def test_it_goes_as_told(knowledge: Knowledge, reader: Reader, story: Path) -> None:
    assert [str(miss) for miss in replay(knowledge, reader, story)] == []


def test_there_are_stories_enough() -> None:
    assert len(STORIES) >= 40


def test_people_are_asked_three_questions_at_most_on_average(knowledge: Knowledge, reader: Reader) -> None:
    assert mean(questions_in(knowledge, reader, story) for story in STORIES) <= 3.0
