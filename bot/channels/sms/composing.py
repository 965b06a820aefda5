"""What is to be said, as pages of SMS: what was understood in a few words, then what matters most, then the question.

One turn is one SMS within its budget; what does not fit is the rest, for whoever asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.buttons import encode
from bot.channels.limits import SMS_BUDGET
from bot.channels.sms.gsm7 import septets, written
from bot.channels.sms.pages import fitting, paged, paged_before, under
from bot.channels.sms.reading import is_numbered, signature
from bot.channels.sms.segments import JOINED
from bot.keyboard import options
from bot.words import Words
from dialogs.effects import Answered, Climbed, Declined, Defined, Did, Effect, Listed, Lost, Offered, Question, Talked

LONG = (Answered, Climbed, Talked, Defined, Listed)
"""What is read at leisure, page by page; all the rest is said in a word before it."""
MENUS = (*LONG, Lost, Declined, Did)
"""What is followed by a menu, of which an SMS only names the words that count most."""
MOST = SMS_BUDGET.other
MOST_SHORT = JOINED["GSM-7"]
"""Septets of what is said before the options; what is longer comes on a page of its own."""


@dataclass(frozen=True, slots=True)
class Composed:
    """The pages of a turn and what they offer. `asked`, `choices`, `numbered` and `end` are those of the screen."""

    pages: tuple[str, ...]
    asked: list[object] | None
    choices: tuple[tuple[str, str], ...]
    numbered: bool
    end: str


def compose(effects: Sequence[Effect], words: Words, *, back: bool, opening: str = "") -> Composed:
    """The pages for these effects. `back`: there is an answer to take back; `opening`: what is said before them."""
    question = next((effect for effect in reversed(effects) if isinstance(effect, Question)), None)
    asks = next((effect for effect in effects if _is_list(effect)), question)
    long = [effect for effect in effects if isinstance(effect, LONG) and effect is not asks]
    brief = (effect for effect in effects if not isinstance(effect, (*LONG, Question, Offered)))
    said = "\n".join(filter(None, (opening, *(written(words.effect(effect)) for effect in brief))))
    for effect in long:
        said = under(said, _said(effect, words, said))
    offered = () if asks is None and effects and isinstance(effects[-1], MENUS) else options(effects, words)
    choices = tuple((written(option.label), encode(option.event)) for option in offered)
    labels = [label for label, _ in choices]
    if asks is None:
        keys = _keys(effects[-1]) if effects else ()
        text = said or written(words.render("ready"))
        foot = partial(_foot, keys, words)
        if choices:
            pages = paged_before(text, _asking("", "", words, labels, numbered=True, back=False), MOST, foot)
        else:
            pages = paged(text, MOST, foot)
        return Composed(tuple(pages), None, choices, True, foot(0, True))
    asked = signature(asks) if isinstance(asks, Question) else None
    numbered = not isinstance(asks, Question) or is_numbered(asks.asking)
    head, short = written(words.effect(asks)), _short(asks, words)
    ask = partial(_asking, head, short, words, labels, numbered, back and asks is question)
    if not long:
        pages = ask(said)
    else:
        below = _named(words, ("more",), short)
        pages = paged_before(said, ask(), MOST, lambda *_: below)
    return Composed(tuple(pages), asked, choices, numbered, short)


def listed(said: str, choices: Sequence[Sequence[str]], words: Words) -> Composed:
    """A list that was shown before, under a word."""
    labels = [label for label, _ in choices]
    pages = _asking(said, said, words, labels, numbered=True, back=False)
    return Composed(tuple(pages), None, tuple((label, code) for label, code in choices), True, said)


def _said(effect: Effect, words: Words, before: str) -> str:
    """What is read at leisure. Newer knowledge comes first where the answer itself still stands on the first page."""
    if not isinstance(effect, Answered | Climbed) or effect.answer is None or not effect.answer.updates:
        return written(words.effect(effect))
    if isinstance(effect, Climbed):
        head = "\n".join(words.phrase(rung) for rung in effect.ladder.rungs[:2])
    else:
        head = words.render("head", answer=effect.answer)
    beginning = under(before, written(f"{words.render('newer', answer=effect.answer)}\n{head}"))
    fits = fitting(under(beginning, _foot(_keys(effect), words, 0, False)), MOST)
    return written(words.render(type(effect).__name__.lower(), effect=effect, newer_first=fits))


def _asking(
    head: str, short: str, words: Words, labels: Sequence[str], numbered: bool, back: bool, lead: str = ""
) -> list[str]:
    """The pages of a question: with all its options where they fit, else with the first of them.

    `head` is the question in full, `short` in its few words: they come first where the others are too many.
    """
    most = SMS_BUDGET.question
    whole = under(under(lead, head), _options(words, labels, numbered, back))
    if fitting(whole, most):
        return [whole]
    more, back_line = written(words.render("choices")), _options(words, [], numbered, back)
    explained: list[str] = []
    if head != short and septets(under(lead, head)) > MOST_SHORT:
        explained, head = paged(head, most, lambda _, last: "" if last else more), short
    lines = under(under(lead, head), _options(words, labels, numbered, back=False))

    def foot(number: int, last: bool) -> str:
        return under("" if number else back_line, "" if last and not explained else more)

    return [*paged(lines, most, foot), *explained]


def _options(words: Words, labels: Sequence[str], numbered: bool, back: bool) -> str:
    return written(words.render("options", labels=labels, numbered=numbered, back=back))


def _short(asks: Effect, words: Words) -> str:
    """A question in its few words."""
    return written(words.text(asks.asking.text) if isinstance(asks, Question) else words.effect(asks))


def _foot(keys: Sequence[str], words: Words, number: int, last: bool, question: str = "") -> str:
    """The words that ask for more. From the second page on, going on is what counts."""
    named = tuple(keys) if last else ("more", *(() if number else keys))
    return _named(words, named, question) if named else ""


@lru_cache(maxsize=1024)
def _named(words: Words, keys: tuple[str, ...], question: str) -> str:
    return written(words.render("foot", keys=keys, question=question))


def _keys(effect: Effect | None) -> tuple[str, ...]:
    """What may be asked for after an effect."""
    match effect:
        case Answered(answer, part):
            full = ("calendar_full",) if answer.channel == "booking" else ()
            papers = ("documents",) if part != "documents" and (answer.own_list or answer.checklists) else ()
            return (*papers, *(() if part == "why" else ("why",)), *full)
        case Climbed(_, _, part):
            return ("documents",) if part == "why" else ("documents", "why")
        case Talked() | Defined() | Listed() | Lost(False):
            return ("documents", "calendar_full", "change")
        case Did("greeted" | "no_such_number"):
            return ("change", "restart")
    return ()


def _is_list(effect: Effect) -> bool:
    """Whether an effect is its options: what was perhaps meant, which answer to change."""
    match effect:
        case Listed(facts, "change"):
            return bool(facts)
    return isinstance(effect, Offered)
