"""What a channel can carry, in characters unless said otherwise, and which words belong to the carriers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """`message`: a text; `label`: a button on a narrow screen; `data`: what a button carries, in bytes."""

    message: int
    label: int
    data: int


@dataclass(frozen=True, slots=True)
class Budget:
    """What a message may cost, in segments: a question with its options, and anything else."""

    question: int
    other: int


LIMITS = {
    # Bot API: sendMessage takes 4096 characters, callback_data 64 bytes. A label of 40 fits an old phone's width.
    "telegram": Limit(message=4096, label=40, data=64),
}

SMS_BUDGET = Budget(question=2, other=3)

# What carriers and the provider act upon, in French and in English, when it is alone in a message: it never reaches
# the conversation, so no option may be chosen by it.
# https://www.twilio.com/docs/messaging/guides/advanced-opt-out#default-keywords, and the French SMS+ charter.
RESERVED_WORDS = frozenset(
    [
        "stop",
        "stopall",
        "unsubscribe",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
        "start",
        "yes",
        "unstop",
        "help",
        "info",
        "arret",
        "desabonner",
        "desabonnement",
        "desinscrire",
        "reprendre",
        "aide",
        "contact",
    ]
)
