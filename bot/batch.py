"""Situations and messages one after another: JSON lines in, one JSON line out for each, in one process."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from bot.situation import BadSituation, Situation, moment, respond
from dialogs.knowledge.library import Knowledge
from dialogs.machine import LANGUAGES


def asked_for(knowledge: Knowledge, asked: dict[str, Any]) -> dict[str, Any]:
    """The reply to one situation, `{"facts": {…}, "intent", "as_of", "lang"}`. Raises `BadSituation`."""
    facts = {str(name): str(value) for name, value in (asked.get("facts") or {}).items()}
    language = spoken(word(asked, "lang") or "fr")
    return respond(knowledge, Situation(facts, moment(word(asked, "as_of")), word(asked, "intent"), language))


def word(asked: dict[str, Any], name: str) -> str | None:
    """A text of a line by its name, None where it is not given. Raises `BadSituation` for anything else."""
    value = asked.get(name)
    if value is None or isinstance(value, str):
        return value
    raise BadSituation(f"{name} : {json.dumps(value)} n’est pas un texte entre guillemets.")


def understood(text: str, as_of: str | None, language: str | None) -> dict[str, Any]:
    """The language, the intent and the facts of a message, as JSON data. Raises `BadSituation`."""
    from dialogs.understanding.reader import load_reader

    reading = load_reader().read(text, moment(as_of).date(), language=language)
    facts = {name: value if isinstance(value, int) else str(value) for name, value in reading.facts.items()}
    return {"language": reading.language, "intent": reading.intent, "facts": facts}


def each_line(reply: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """JSON lines in, one JSON line out for each; a line that cannot be answered says why in its place."""
    for line in _lines():
        try:
            asked = json.loads(line)
            if not isinstance(asked, dict):
                raise BadSituation('chaque ligne doit être un objet JSON, par exemple {"facts": {}}.')
            out = reply(asked)
        except (json.JSONDecodeError, KeyError, AttributeError) as error:
            out = {"status": "error", "error": f"la ligne n’est pas une situation en JSON ({error})."}
        except BadSituation as error:
            out = {"status": "error", "error": str(error)}
        sys.stdout.write(json.dumps(out, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _lines() -> Iterator[str]:
    return (line for line in sys.stdin if line.strip())


def spoken(language: str) -> str:
    """A language the assistant speaks. Raises `BadSituation` for any other."""
    if language not in LANGUAGES:
        raise BadSituation(
            f"lang : « {language} » n’est pas une langue connue. Choisissez parmi {', '.join(LANGUAGES)}."
        )
    return language
