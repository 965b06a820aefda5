"""What the screens tell people to write is understood when they write it."""

from datetime import date

import pytest

from dialogs.understanding.reader import Reader

TODAY = date(2026, 11, 21)
WORDS = {
    "calendar_full": ("complet", "full"),
    "documents": ("pièces", "documents"),
    "why": ("pourquoi", "why"),
    "back": ("retour", "back"),
    "change": ("changer", "change"),
    "restart": ("recommencer", "restart"),
    "scam": ("arnaque", "scam"),
    "may_i_work": ("puis-je travailler", "may I work"),
    "human": ("parler à quelqu’un", "speak to someone"),
    "help": ("aide", "help"),
    "erase": ("effacer", "erase"),
    "stop": ("stop", "stop"),
    "subscribe": ("prévenez-moi", "notify me"),
    "pause_alerts": ("pause", "pause"),
    "resume_alerts": ("reprendre les alertes", "resume alerts"),
    "unsubscribe": ("stop alertes", "stop alerts"),
    "got_appointment": ("j’ai mon rendez-vous", "I have my appointment"),
    "remind_me": ("rappelez-moi", "remind me"),
    "stop_reminders": ("stop rappels", "stop reminders"),
    "checklist": ("ma liste", "my list"),
}


@pytest.mark.parametrize("intent", WORDS)
def test_the_word_is_the_intent(reader: Reader, intent: str) -> None:
    for word, language in zip(WORDS[intent], ("fr", "en"), strict=True):
        for written in (word, word.upper(), f"« {word} »", f"{word} ?", f" {word}."):
            reading = reader.read(written, TODAY, language=language)
            assert (reading.intent, dict(reading.facts), reading.language) == (intent, {}, language), written
