"""Listening sockets, bound before the roles are forked: one for each process, none by stealth."""

import socket

import pytest

from licorne.wiring.listening import listen, port_of, sockets_of
from licorne.wiring.settings import SettingsWrong

HERE = "127.0.0.1"


@pytest.fixture
def sockets():
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()


def test_every_process_gets_connections_of_its_own(sockets):
    listening = listen(HERE, 0, "mail", processes=2)
    sockets += listening
    assert len(listening) == 2
    assert port_of(listening[0]) == port_of(listening[1])

    clients = [socket.create_connection((HERE, port_of(listening[0]))) for _ in range(64)]
    sockets += clients
    taken = [_accepted(one, sockets) for one in listening]

    assert sum(taken) == 64
    assert min(taken) > 0


def test_a_port_that_another_program_shares_among_its_processes_is_still_in_use(sockets):
    sockets += (mine := listen(HERE, 0, "mail", processes=2))

    with pytest.raises(SettingsWrong, match="in use"):
        listen(HERE, port_of(mine[0]), "mail", processes=2)


def test_sockets_are_dealt_out_and_too_few_are_shared(sockets):
    sockets += (three := listen(HERE, 0, "mail", processes=3))
    sockets += (one := listen(HERE, 0, "mail"))

    assert [sockets_of(three, number, 3) for number in range(3)] == [(each,) for each in three]
    assert [sockets_of(one, number, 3) for number in range(3)] == [one] * 3


def _accepted(listening: socket.socket, opened: list[socket.socket]) -> int:
    count = 0
    while True:
        try:
            opened.append(listening.accept()[0])
        except BlockingIOError:
            return count
        count += 1
