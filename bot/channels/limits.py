"""What a channel can carry, in characters unless said otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """`message`: a text; `label`: a button on a narrow screen; `data`: what a button carries, in bytes."""

    message: int
    label: int
    data: int


LIMITS = {
    # Bot API: sendMessage takes 4096 characters, callback_data 64 bytes. A label of 40 fits an old phone's width.
    "telegram": Limit(message=4096, label=40, data=64),
}
