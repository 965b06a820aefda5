"""Who acts, and what they may do where: the roles and their actions are a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["notices", "openings", "admin", "operator"]
"""`operator` is whoever runs a command on the server; agents have one of the three others."""
Action = Literal[
    "pickups.import", "pickups.report", "openings.announce", "openings.report", "trail.read", "agents.manage"
]
"""Their names are those of the trail."""

_NOTICES: frozenset[Action] = frozenset({"pickups.import", "pickups.report"})
_OPENINGS: frozenset[Action] = frozenset({"openings.announce", "openings.report"})
MAY: Mapping[Role, frozenset[Action]] = {
    "notices": _NOTICES,
    "openings": _OPENINGS,
    "admin": _NOTICES | _OPENINGS | {"trail.read"},
    "operator": _NOTICES | _OPENINGS | {"trail.read", "agents.manage"},
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts on préfectures (department codes); an operator acts on every one of them.

    >>> grenoble = Actor("Accueil Grenoble", "notices", frozenset({"38"}), "018f")
    >>> grenoble.may("pickups.import", "38"), grenoble.may("pickups.import", "74"), grenoble.may("trail.read", "38")
    (True, False, False)
    >>> grenoble.signature, operator("marie").signature
    ('agent Accueil Grenoble', 'operator marie')
    """

    name: str
    role: Role
    prefectures: frozenset[str]
    agent_id: str | None = None

    def may(self, action: Action, prefecture: str) -> bool:
        """Whether they may do it for that préfecture."""
        return action in MAY[self.role] and (self.everywhere or prefecture in self.prefectures)

    @property
    def everywhere(self) -> bool:
        return self.role == "operator"

    @property
    def signature(self) -> str:
        """How the trail and a batch name them: a user of the server is never taken for an agent of the same name."""
        return f"{'agent' if self.agent_id else 'operator'} {self.name}"


def operator(name: str) -> Actor:
    """The person at the server, under the name they give or that of their user there."""
    return Actor(name, "operator", frozenset())
