"""From the outbox to the person: who is written to next, how fast, and what an answer of the provider means."""
