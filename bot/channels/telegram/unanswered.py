"""A call without an answer: what may be sent again, and what may have been heard."""


class LineError(Exception):
    """No answer came. The words never hold an address or a text."""


class NotConnected(LineError):
    """The request never left: no name, no connection, no free connection in time. Safe to send again."""


class NoAnswer(LineError):
    """The request left, and no answer came in time."""


class Broken(LineError):
    """The request left, and the connection broke."""
