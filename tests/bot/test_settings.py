"""The settings: what the environment says, and what is said when it cannot be used."""

import pytest

from bot.settings import Misconfigured, Settings, load_settings


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_nothing_configured_is_an_assistant_for_the_terminal() -> None:
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.twilio_account_sid is None
    assert settings.database_url.startswith("sqlite:////")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "123:abc")
    monkeypatch.setenv("PUBLIC_URL", "https://rdv.example.org/")
    monkeypatch.setenv("TELEGRAM_RATE", "1000")
    monkeypatch.setenv("RDV_KEY", "")
    settings = load_settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == "123:abc"
    assert settings.public_url == "https://rdv.example.org"
    assert settings.telegram_rate == 1000
    assert settings.rdv_key is None, "empty is unset"


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("DATABASE_URL", "mysql://root:secret@db/rdv", "postgresql://"),
        ("DATABASE_URL", "sqlite://secret.db", "sqlite:///file.db"),
        ("DATABASE_URL", "postgres://secret@db", "host/database"),
        ("TELEGRAM_TOKEN", "secret", "@BotFather"),
        ("TELEGRAM_RATE", "0", "greater than 0"),
        ("PUBLIC_URL", "secret.example.org", "https://"),
        ("PORT", "secret", "integer"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(Misconfigured) as problem:
        load_settings()
    assert variable in str(problem.value)
    assert expected in str(problem.value)
    assert "secret" not in str(problem.value)
    assert "\n" not in str(problem.value)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", "123:abc")
    monkeypatch.setenv("RDV_KEY", "k" * 40)
    shown = repr(load_settings())
    assert "123:abc" not in shown
    assert "kkk" not in shown
