"""`rdv-sejour check`: the whole knowledge proved, in every language, on every path, within every limit.

The tables and the names are proved in `dialogs.proof`; here, what a person would actually read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from bot.catalogue import spoken
from bot.channels.limits import LIMITS
from bot.channels.sms.proof import Cost, examine_sms
from bot.channels.telegram.rendering import length
from bot.notices.wording import notice_findings
from bot.situation import BadSituation, Situation, respond
from bot.words import SOURCE_LANGUAGE, Words, catalogue, words_for
from dialogs.effects import Answered, Climbed
from dialogs.facts import UNSAID
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.shelves import Rule
from dialogs.ladder import climb
from dialogs.machine import LANGUAGES
from dialogs.outlook import answer
from dialogs.paths import Way, ways
from dialogs.proof import Finding, prove, questions_asked, where

PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s")


@dataclass
class Report:
    """What was proved, in numbers, and what is wrong."""

    findings: list[Finding] = field(default_factory=list)
    rules: int = 0
    regions: int = 0
    ways: int = 0
    questions: dict[int, int] = field(default_factory=dict)
    longest: int = 0
    sms: list[Cost] = field(default_factory=list)

    @property
    def mean_questions(self) -> float:
        return sum(asked * count for asked, count in self.questions.items()) / max(self.ways, 1)


def examine(knowledge: Knowledge, now: datetime) -> Report:
    """Everything that can be proved. A broken table stops before the paths, which would only repeat its faults."""
    report = Report(rules=len(knowledge.rules), regions=sum(1 for _ in knowledge.table.regions()))
    report.findings += sorted(set(prove(knowledge, now)))
    report.findings += _translations(knowledge)
    report.findings += _labels(knowledge)
    if any("gap" in finding.message or "there is no" in finding.message for finding in report.findings):
        return report
    found = list(ways(knowledge, now))
    report.ways, report.questions = len(found), dict(sorted(questions_asked(found).items()))
    for language in LANGUAGES:
        words = Words(knowledge, language, "telegram")
        for way in found:
            report.findings += _too_long(knowledge, words, way, now, report)
    report.findings += sorted(set(examine_sms(knowledge, found, now, report.sms)))
    report.findings += notice_findings(knowledge)
    for rule in knowledge.rules.values():
        report.findings += _examples(knowledge, rule)
    return report


def _translations(knowledge: Knowledge) -> Iterator[Finding]:
    for language in LANGUAGES:
        translations = catalogue(language)
        for text in spoken(knowledge):
            if language == SOURCE_LANGUAGE:
                continue
            translated = translations.get(text.text)
            if not translated:
                yield Finding(text.file, text.line, f"no translation in {language}: {text.text[:60]}")
            elif sorted(PLACEHOLDER.findall(translated)) != sorted(PLACEHOLDER.findall(text.text)):
                yield Finding(text.file, text.line, f"other placeholders in {language}: {text.text[:60]}")


def _labels(knowledge: Knowledge) -> Iterator[Finding]:
    for language in LANGUAGES:
        words = words_for(knowledge, language)
        for entry in knowledge.questions.facts:
            for value in entry.labels:
                label, data = words.fact(entry.name, value), f"{entry.name}={value}"
                for limit in LIMITS.values():
                    if len(label) > limit.label:
                        yield Finding("questions.yaml", entry.line, f"{data}: label over {limit.label} signs: {label}")
                    if len(data.encode()) > limit.data:
                        yield Finding("questions.yaml", entry.line, f"{data}: over {limit.data} bytes on a button")


def _too_long(knowledge: Knowledge, words: Words, way: Way, now: datetime, report: Report) -> Iterator[Finding]:
    rule = way.outlook.rule
    if rule is None:
        return
    reached = answer(knowledge, way.outlook, now)
    full = {**way.outlook.known, "full_calendars": UNSAID}
    said = [Answered(reached), Answered(reached, "documents"), Answered(reached, "why")]
    if "prefecture" in full:
        said.append(Climbed(climb(knowledge, rule, full, now), reached))  # type: ignore[arg-type]
    for effect in said:
        signs = length(words.effect(effect))
        report.longest = max(report.longest, signs)
        most = LIMITS[words.channel].message
        if signs > most:
            message = f"rule {rule.id}: {signs} signs in {words.language}, {words.channel} takes {most}"
            yield Finding(*where(knowledge, rule), message)


def _examples(knowledge: Knowledge, rule: Rule) -> Iterator[Finding]:
    file, _ = where(knowledge, rule)
    code = next((code for code, name in knowledge.file_of.items() if name == file), None)
    for example in rule.examples:
        given = {name: str(value) for name, value in example.given.items()}
        if code is not None:
            given.setdefault("prefecture", code)
        now = datetime.combine(example.as_of, time(12), UTC)
        try:
            reply = respond(knowledge, Situation(given, now))
        except BadSituation as error:
            yield Finding(file, example.line, f"rule {rule.id}: example: {error}")
            continue
        expected: dict[str, Any] = {"rule": rule.id, **example.then}
        expected.pop("__line__", None)
        for name, value in expected.items():
            got = reply.get(name, reply.get("fact"))
            if not _same(got, value):
                yield Finding(file, example.line, f"rule {rule.id}: example: {name} is {got!r}, not {value!r}")


def _same(got: Any, expected: Any) -> bool:
    """Whether an example's expectation holds; of a mapping only the named fields count."""
    if isinstance(expected, dict):
        wanted = {name: value for name, value in expected.items() if name != "__line__"}
        return isinstance(got, dict) and all(_same(got.get(name), value) for name, value in wanted.items())
    return bool(got == expected) or str(got) == str(expected)
