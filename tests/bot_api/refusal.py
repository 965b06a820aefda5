"""The answers of the Bot API that are no success, in its own words."""

from typing import Any


class Refusal(Exception):
    """A call that is not carried out."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters

    @classmethod
    def too_many(cls, seconds: int) -> "Refusal":
        return cls(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    @classmethod
    def blocked(cls) -> "Refusal":
        return cls(403, "Forbidden: bot was blocked by the user")

    @classmethod
    def bad(cls, description: str) -> "Refusal":
        return cls(400, f"Bad Request: {description}")

    def body(self) -> dict[str, Any]:
        more = {"parameters": self.parameters} if self.parameters else {}
        return {"ok": False, "error_code": self.status, "description": self.description, **more}
