"""The pure core: knowledge in, answers out. It knows no network, no database, no clock and no channel."""
