"""What the environment configures, checked once at the start."""

import re
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.store.location import default_url, sqlite_path

Rate = Annotated[float, Field(gt=0)]


class Misconfigured(ValueError):
    """The environment cannot be used: one line that names the variable and says what is expected, never its value."""


class Settings(BaseSettings):
    """One field a variable, in lower case. An empty variable is an unset one."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    telegram_token: SecretStr | None = None
    """The bot's token; without it Telegram is off."""
    telegram_api_url: str = "https://api.telegram.org"
    """The Bot API server, without a slash at its end."""
    public_url: str | None = None
    """Where the world reaches us, without a slash at its end: set, updates come by webhook; unset, by long polling."""
    telegram_rate: Rate = 30.0
    """Messages a second, all chats together. https://core.telegram.org/bots/faq#broadcasting-to-users"""
    telegram_chat_rate: Rate = 1.0
    """Messages a second in one chat. https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
    twilio_account_sid: str | None = None
    """Without it SMS is off."""
    twilio_auth_token: SecretStr | None = None
    twilio_sender: str | None = None
    """Sends the notices: a number, a short code, an alphanumeric id or a messaging service (MG…)."""
    twilio_reply_sender: str | None = None
    """The number of the conversation; default: `twilio_sender`, if it can receive."""
    twilio_segments_per_second: Rate = 10.0
    """The pace of the sender: 10 for an alphanumeric one. https://help.twilio.com/articles/115002943027"""
    twilio_segment_price: str = "0.0798 USD"
    """What one segment costs, with its currency, for the estimate an agent sees; the default is Twilio's public price
    for France, to be checked in your account."""
    twilio_api_url: str = "https://api.twilio.com"
    database_url: str = Field(default_factory=default_url, repr=False)
    rdv_key: SecretStr | None = None
    """Seals personal data; made on the first start beside an embedded database, required otherwise."""
    host: str = "127.0.0.1"
    """The address HTTP listens on: loopback, unless told `0.0.0.0` or another."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """The port HTTP listens on."""

    @property
    def twilio(self) -> tuple[str, str, str] | None:
        """The account, its token and the sender of notices; None where SMS is off."""
        if self.twilio_account_sid is None or self.twilio_auth_token is None or self.twilio_sender is None:
            return None
        return self.twilio_account_sid, self.twilio_auth_token.get_secret_value(), self.twilio_sender

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Two of the three without the third would be SMS that silently never leave."""
        given = {
            "TWILIO_ACCOUNT_SID": self.twilio_account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio_auth_token,
            "TWILIO_SENDER": self.twilio_sender,
        }
        missing = [name for name, value in given.items() if value is None]
        if 0 < len(missing) < len(given):
            raise ValueError(f"{missing[0]}: expected as well, since SMS is on with the other two TWILIO variables")
        return self

    @field_validator("telegram_api_url", "twilio_api_url", "public_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
            raise ValueError("an address such as https://example.org is expected")
        return url.rstrip("/") if url else url

    @field_validator("twilio_segment_price")
    @classmethod
    def _price(cls, price: str) -> str:
        if not re.fullmatch(r"\d+(\.\d+)? [A-Z]{3}", price):
            raise ValueError("a price and its currency are expected, such as 0.0798 USD")
        return price

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and ":" not in token.get_secret_value():
            raise ValueError("the token that @BotFather gave is expected, such as 123456:ABC-DEF")
        return token

    @field_validator("database_url")
    @classmethod
    def _database(cls, url: str) -> str:
        sqlite_path(url)
        return url


def load_settings() -> Settings:
    """The settings of the environment. Raises Misconfigured."""
    try:
        return Settings()
    except ValidationError as problem:
        first = problem.errors()[0]
        variable = "_".join(str(part) for part in first["loc"]).upper()
        said = str(first["msg"]).removeprefix("Value error, ")
        raise Misconfigured(said if not variable or said.startswith(variable) else f"{variable}: {said}") from None
