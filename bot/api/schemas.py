"""What the interface takes and gives, as its published description shows it."""

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MOST_PICKUPS = 10_000
"""Permits in one request."""

Code = Annotated[
    str,
    Field(
        pattern=r"^[0-9][0-9AB][0-9]?$", description="Numéro du département de la préfecture.", examples=["38", "973"]
    ),
]


def _iso(text: object) -> object:
    """pydantic would take a number for a day as well."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError("not a day")
    return text


Day = Annotated[date, BeforeValidator(_iso)]
BatchId = Annotated[str, Field(description="L’envoi.", examples=["0199f3a1c8000000004be2d1f0a97c"])]
State = Literal["queued", "accepted", "delivered", "failed", "uncertain", "expired", "cancelled"]


class Given(BaseModel):
    """What comes in: a field we do not know is a mistake, and said to be one."""

    model_config = ConfigDict(extra="forbid")


class Pickup(Given):
    """Un titre prêt, et le téléphone de la personne à prévenir."""

    phone: Annotated[
        str,
        Field(
            min_length=1,
            max_length=40,
            description="Un mobile, comme on l’écrit : national selon la préfecture, ou international.",
            examples=["06 39 98 00 01", "+33639980001"],
        ),
    ]
    reference: Annotated[
        str | None,
        Field(max_length=100, description="Votre référence, rendue dans le compte rendu, jamais envoyée."),
    ] = None
    language: Annotated[
        Literal["fr", "en"] | None, Field(description="La langue du message ; sans elle, la sienne.")
    ] = None
    public: Annotated[
        Literal["general", "student"] | None,
        Field(description="student : étudiants, chercheurs et leur famille. Sans rien, general."),
    ] = None


class Pickups(Given):
    """Les titres prêts d’une préfecture."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "prefecture": "38",
                    "pickups": [
                        {"phone": "06 39 98 00 01", "reference": "A-1"},
                        {"phone": "+33639980002", "language": "en", "public": "student"},
                    ],
                    "dry_run": True,
                }
            ]
        }
    )

    prefecture: Code
    pickups: Annotated[list[Pickup], Field(min_length=1, max_length=MOST_PICKUPS)]
    dry_run: Annotated[bool, Field(strict=True, description="Tout vérifier, ne rien envoyer.")] = False
    retry_failed: Annotated[
        bool, Field(strict=True, description="Prévenir de nouveau ceux dont le dernier message n’est pas arrivé.")
    ] = False


class Refused(BaseModel):
    """Un titre qui ne sera pas annoncé, et pourquoi."""

    index: Annotated[int, Field(ge=0, description="Sa place dans « pickups », depuis 0.")]
    field: Annotated[str, Field(description="Le champ en cause.", examples=["phone"])]
    reason: Annotated[str, Field(description="La raison, pour un logiciel.", examples=["too_short"])]
    detail: Annotated[str, Field(description="La raison, en mots.", examples=["il n’y a que 9 chiffres"])]
    expected: Annotated[str, Field(description="Ce qui serait juste.", examples=["un mobile entier, France (+33)"])]


class Price(BaseModel):
    """Un prix estimé, au tarif public de l’opérateur."""

    amount: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$", examples=["0.0798"])]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["USD"])]


class Text(BaseModel):
    """Le texte exact d’un message par SMS, et ce qu’il coûte."""

    language: Literal["fr", "en"]
    public: Literal["general", "student"]
    text: str
    encoding: Literal["GSM-7", "UCS-2"]
    segments: Annotated[int, Field(ge=1)]
    price: Price
    people: Annotated[int, Field(ge=0, description="Combien de personnes le recevront.")]


class Channels(BaseModel):
    """Combien de personnes par canal ; Telegram d’abord, où elles l’ont demandé."""

    telegram: Annotated[int, Field(ge=0)]
    sms: Annotated[int, Field(ge=0)]
    earlier: Annotated[int, Field(ge=0, description="Déjà prévenues par cette demande, avant une interruption.")] = 0


class Announced(BaseModel):
    """Ce qui sera envoyé ; « batch » est nul quand rien ne l’est (dry_run, ou tous refusés)."""

    batch: BatchId | None
    prefecture: Code
    given: Annotated[int, Field(ge=0)]
    taken: Annotated[int, Field(ge=0)]
    channels: Channels
    refused: list[Refused]
    texts: list[Text]
    price: Annotated[Price, Field(description="Au plus : si tous les messages partent par SMS.")]


class Batch(BaseModel):
    """Un envoi."""

    batch: BatchId
    prefecture: Code
    by: Annotated[str, Field(description="Qui l’a demandé.")]
    state: Annotated[Literal["importing", "done"], Field(description="importing : en cours, ou interrompu.")]
    created_at: datetime
    finished_at: datetime | None
    given: Annotated[int, Field(ge=0)]
    taken: Annotated[int, Field(ge=0)]
    states: Annotated[dict[State, int], Field(description="Combien de messages dans chaque état.")]
    resent: Annotated[int, Field(ge=0, description="Renvoyés une fois, faute de savoir s’ils étaient partis.")]
    fell_back: Annotated[int, Field(ge=0, description="Partis par SMS, faute d’avoir pu par Telegram.")]


class NotArrived(BaseModel):
    """Un titre dont le message n’est pas arrivé, ou dont nous ne savons pas s’il est arrivé."""

    row: Annotated[int, Field(description="Sa place dans la liste, depuis 1 (dans un fichier, la ligne).")]
    reference: str | None
    last_four: Annotated[str, Field(description="Les quatre derniers chiffres.", examples=["0001"])]
    channel: str | None
    state: State
    reason: Annotated[str | None, Field(description="La raison, pour un logiciel.", examples=["30005"])]
    reason_text: str | None
    resent: bool
    queued_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None


class Halt(BaseModel):
    """Un expéditeur arrêté : ce qui doit partir par lui attend que quelqu’un ait regardé."""

    sender: str
    reason: str
    since: datetime


class Report(Batch):
    """Un envoi, et ce que sont devenus ses messages."""

    rows: list[NotArrived]
    halts: list[Halt]


class Batches(BaseModel):
    """Les envois, les derniers d’abord."""

    batches: list[Batch]
    next: Annotated[str | None, Field(description="À donner dans « before » pour la suite ; nul à la fin.")]


class Entry(BaseModel):
    """Une ligne du journal."""

    id: str
    at: datetime
    actor: str
    action: str
    prefecture: Code | None
    subject: str | None
    people: int | None
    detail: str | None


class Trail(BaseModel):
    """Le journal, les dernières lignes d’abord."""

    entries: list[Entry]
    next: Annotated[str | None, Field(description="À donner dans « before » pour la suite ; nul à la fin.")]


class Fault(BaseModel):
    """Une faute, à son endroit."""

    detail: str
    pointer: Annotated[
        str | None, Field(description="Dans le corps, un pointeur JSON.", examples=["#/pickups/0/phone"])
    ] = None
    parameter: Annotated[str | None, Field(description="Sinon, le paramètre.", examples=["limit"])] = None


class Problem(BaseModel):
    """Ce qui n’a pas été possible (RFC 9457)."""

    type: Annotated[str, Field(json_schema_extra={"format": "uri-reference"}, examples=["/api/v1/problems#invalid"])]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    errors: list[Fault] = []
