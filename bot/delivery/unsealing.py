"""From the rows of the store to parcels: address and text are opened only once they are ours to send."""

from collections.abc import Sequence

import structlog

from bot.delivery.outcomes import Final, State
from bot.delivery.parcel import Lane, Parcel
from bot.store.claiming import OutboxRow
from bot.store.sealed import BadKey, Vault

log = structlog.get_logger(__name__)


def unseal(vault: Vault, rows: Sequence[OutboxRow]) -> tuple[list[Parcel], list[Final]]:
    """The parcels, and the end of those that cannot be read: they must not stand in anybody's way."""
    parcels, unreadable = [], []
    for row in rows:
        try:
            address, message = vault.open(row.sealed_address), vault.open_data(row.sealed_message)
        except (BadKey, ValueError):
            log.error("message_unreadable", id=row.id)
            unreadable.append(Final(_parcel(row, "", {}), State.FAILED, "unreadable"))
        else:
            parcels.append(_parcel(row, address, message))
    return parcels, unreadable


def _parcel(row: OutboxRow, address: str, message: dict[str, object]) -> Parcel:
    return Parcel(
        row.id,
        row.person_id,
        Lane(row.lane),
        row.attempt,
        row.created_at,
        row.expires_at,
        row.flag,
        address,
        message,
        row.segments,
        row.prefecture,
        row.batch_id,
        row.tried_at,
    )
