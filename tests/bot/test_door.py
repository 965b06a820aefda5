"""Where we listen, and the one sentence when we cannot."""

import socket

import pytest

from bot.door import PortTaken, bound


def test_a_free_port_is_listened_on() -> None:
    with bound("127.0.0.1", 0, backlog=4) as door, socket.create_connection(door.getsockname()):
        pass


def test_a_taken_port_is_named_with_what_to_do() -> None:
    with bound("127.0.0.1", 0, backlog=4) as door:
        port = door.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port} .*PORT=8001"):
            bound("127.0.0.1", port, backlog=4)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1"):
        bound("192.0.2.1", 0, backlog=4)
