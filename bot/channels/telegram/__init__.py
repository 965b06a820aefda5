"""Telegram: updates in, messages out, over the Bot API (https://core.telegram.org/bots/api)."""
