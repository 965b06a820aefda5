"""The SMS window: numbered options, short pages, GSM-7."""
