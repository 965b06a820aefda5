"""What the interface takes and gives about openings."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.api.schemas import Code, Given, Price
from bot.notices.openings.announcement import MOST_PER_SLOT, MOST_SLOTS, PER_SLOT
from bot.notices.openings.guard import MOST

OpeningId = Annotated[str, Field(description="L’ouverture.", examples=["4be2d1f0a97c4be2d1f0a97c4be2d1f0"])]
Count = Annotated[int, Field(ge=0)]
State = Literal["queued", "dispatching", "accepted", "delivered", "failed", "uncertain", "expired", "cancelled"]
OpeningState = Literal["waiting", "running", "done", "gone", "cancelled", "ended"]


class Opening(Given):
    """De nouveaux rendez-vous, à annoncer à ceux qui les attendent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"prefecture": "74", "calendar": "3.2", "slots": 20, "until": "2026-11-24 12:00", "dry_run": True}
            ]
        }
    )

    prefecture: Annotated[Code, Field(examples=["74"])]  # the one that has the calendar of the next example
    calendar: Annotated[
        str,
        Field(
            min_length=1,
            max_length=40,
            description="Le calendrier de la préfecture : 3.2 en Haute-Savoie, renewal en Isère.",
            examples=["3.2"],
        ),
    ]
    slots: Annotated[int, Field(ge=1, le=MOST_SLOTS, strict=True, description="Combien de rendez-vous sont ouverts.")]
    until: Annotated[
        str,
        Field(
            min_length=1,
            max_length=40,
            description="La fin : heure locale de la préfecture, sauf décalage donné. Rien ne part après.",
            examples=["2026-11-24 12:00", "2026-11-24T12:00:00+01:00"],
        ),
    ]
    note: Annotated[
        str, Field(max_length=2 * MOST, description=f"{MOST} signes de mots simples, sans lien, numéro ni adresse.")
    ] = ""
    per_slot: Annotated[
        int, Field(ge=1, le=MOST_PER_SLOT, strict=True, description="Personnes prévenues par place et par vague.")
    ] = PER_SLOT
    at_once: Annotated[bool, Field(strict=True, description="Sans les 30 secondes pour se reprendre.")] = False
    dry_run: Annotated[bool, Field(strict=True, description="Tout vérifier, ne rien annoncer.")] = False


class Nothing(Given):
    """Rien : un objet vide."""


class People(BaseModel):
    """Ceux qui attendent : prêts à être prévenus, ou pourquoi pas maintenant."""

    ready: Count
    told_lately: Annotated[int, Field(ge=0, description="Prévenus il y a moins de 24 heures.")]
    silent: Annotated[int, Field(ge=0, description="Trois messages sans réponse.")]
    paused: Count
    unreachable: Annotated[int, Field(ge=0, description="Ne veulent plus de messages.")]


class ByChannel(BaseModel):
    """Combien de personnes par canal."""

    telegram: Count
    sms: Count


class OpeningText(BaseModel):
    """Ce qui sera lu sur un canal, dans une langue, et ce que coûte un SMS."""

    channel: Literal["telegram", "sms"]
    language: Literal["fr", "en"]
    text: str
    people: Count
    encoding: Literal["GSM-7", "UCS-2"] | None
    segments: Annotated[int, Field(ge=1)] | None
    price: Price | None


class Warned(BaseModel):
    """Ce qui paraît anormal."""

    key: Annotated[str, Field(examples=["announced_lately"])]
    detail: str


class Rehearsed(BaseModel):
    """Ce que l’annonce fera ; « id » est nul quand rien n’est annoncé (dry_run)."""

    id: OpeningId | None
    prefecture: Code
    calendar: str
    slots: int
    until: datetime
    note: str
    people: People
    channels: Annotated[ByChannel, Field(description="Ceux qui sont prêts.")]
    texts: list[OpeningText]
    segments: Count
    price: Annotated[Price, Field(description="Au plus, pour tous les SMS.")]
    wave_size: int
    waves: Count
    reached: Annotated[int, Field(ge=0, description="Combien seront prévenus avant la fin.")]
    starts_at: datetime
    told_at: Annotated[datetime, Field(description="Quand tous l’auront été, si personne n’arrête.")]
    silent: Annotated[bool, Field(description="Heures calmes : Telegram ne sonne pas.")]
    sms_leave_at: Annotated[datetime | None, Field(description="Quand les SMS partent ; nul : tout de suite.")]
    warnings: list[Warned]


class OpeningWave(BaseModel):
    """Une vague, et ce que sont devenus ses messages."""

    wave: Annotated[int, Field(ge=1)]
    began_at: datetime | None
    people: Count
    states: dict[State, int]
    blocked: Count
    served: Count


class OpeningReport(BaseModel):
    """Une ouverture, et ce que sont devenus ses messages."""

    id: OpeningId
    prefecture: Code
    calendar: str
    slots: int
    note: str
    until: datetime
    by: Annotated[str, Field(description="Qui l’a annoncée.")]
    state: OpeningState
    wave_size: int
    next_wave_at: datetime | None
    created_at: datetime
    finished_at: datetime | None
    people: Annotated[int, Field(ge=0, description="Combien de messages ont été écrits.")]
    left: Annotated[int, Field(ge=0, description="Combien de personnes n’ont pas été prévenues.")]
    sent: Annotated[int, Field(ge=0, description="Combien de messages sont partis.")]
    states: Annotated[dict[State, int], Field(description="Combien de messages dans chaque état.")]
    blocked: Annotated[int, Field(ge=0, description="Combien de personnes ont bloqué l’assistant.")]
    served: Annotated[int, Field(ge=0, description="Combien disent avoir obtenu leur rendez-vous.")]
    waves: list[OpeningWave]
