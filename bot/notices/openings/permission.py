"""Who may announce for which préfecture."""

from bot.agents.actor import Actor


class NotAllowed(PermissionError):
    """Somebody who may not do it for that préfecture."""


def permit(actor: Actor, prefecture: str) -> None:
    """Raises NotAllowed."""
    if not actor.may("openings.announce", prefecture):
        raise NotAllowed(f"{actor.name} ne peut pas annoncer d’ouverture pour la préfecture {prefecture}.")
