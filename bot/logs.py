"""What the assistant writes about itself: one JSON line an event, and never an address, a text or a fact."""

import logging

import structlog


def quiet_logs() -> None:
    """One JSON line an event. Libraries only warn: some of them log addresses with every request."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
