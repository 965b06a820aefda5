"""From a row to somebody to tell: number, language and public understood, or the reason why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.notices.phones import NotAMobile, read_number
from bot.notices.refusals import Refusal
from bot.notices.rows import Row, Rows
from bot.notices.sheet import LANGUAGE, PHONE, PUBLIC, folded
from bot.notices.wording import CHANNEL, Audience
from bot.store.sealed import Vault

LANGUAGES: Mapping[str, str] = {
    "": "fr",
    **dict.fromkeys(("fr", "fra", "fre", "francais", "french"), "fr"),
    **dict.fromkeys(("en", "eng", "anglais", "english"), "en"),
}
PUBLICS: Mapping[str, Audience] = {
    "": "general",
    **dict.fromkeys(("general", "generale", "generaux", "tous", "all", "toutpublic"), "general"),
    **dict.fromkeys(("etudiant", "etudiante", "etudiants", "etudiantes", "student", "students"), "student"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody to tell. `place` counts rows from 1, whatever their numbers in the file; `digest` finds the number."""

    place: int
    row: int
    number: str
    digest: str
    reference: str
    language: str
    audience: Audience


def read_rows(rows: Rows, prefecture: str, vault: Vault) -> Iterator[tuple[int, Wanted | Refusal]]:
    """Each row with its place, from 1; a number that comes again is refused, its first row is kept.

    A row that is refused for its language keeps the number for nobody.
    """
    first: dict[int, int] = {}
    for place, row in enumerate(rows, 1):
        read = _read(place, row, prefecture, vault)
        if isinstance(read, Wanted):
            earlier = first.setdefault(int(read.number), row.number)
            if earlier != row.number:
                read = Refusal(row.number, PHONE, "twice", str(earlier))
        yield place, read


def _read(place: int, row: Row, prefecture: str, vault: Vault) -> Wanted | Refusal:
    try:
        number = read_number(row.phone, prefecture)
    except NotAMobile as problem:
        return Refusal(row.number, PHONE, problem.reason, problem.detail)
    language = LANGUAGES.get(folded(row.language))
    if language is None:
        return Refusal(row.number, LANGUAGE, "unknown_language")
    audience = PUBLICS.get(folded(row.public))
    if audience is None:
        return Refusal(row.number, PUBLIC, "unknown_public")
    return Wanted(place, row.number, number, vault.digest(CHANNEL, number), row.reference, language, audience)
