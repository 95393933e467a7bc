"""The closed loop against real sockets: what it counts is what the other side has answered."""

import socket
import threading

import pytest
from bench.load.closed_loop import Load, LoadRefusedError, run_closed_loop

LOAD = Load(sessions=3, warm_up_s=0.05, window_s=0.2)


class Echo:
    """One session over a pair of sockets; a unit of work is one byte there and one back."""

    def __init__(self, answer: bytes = b"+") -> None:
        self.ours, theirs = socket.socketpair()
        self.answered = 0
        threading.Thread(target=self._serve, args=(theirs, answer), daemon=True).start()

    def _serve(self, theirs: socket.socket, answer: bytes) -> None:
        with theirs:
            while theirs.recv(1):
                self.answered += 1
                theirs.send(answer)

    def fileno(self) -> int:
        return self.ours.fileno()

    def begin(self) -> None:
        self.ours.send(b"?")

    def advance(self) -> bool:
        if self.ours.recv(1) != b"+":
            raise LoadRefusedError("no")
        return True


def test_everything_answered_is_acknowledged_and_the_window_counts_less():
    sessions = [Echo() for _ in range(LOAD.sessions)]
    result = run_closed_loop(sessions, LOAD)
    assert result.acknowledged == sum(session.answered for session in sessions)
    assert 0 < result.completed < result.acknowledged
    assert result.per_second == pytest.approx(result.completed / LOAD.window_s)
    assert 0 < result.p50_ms <= result.p99_ms


def test_one_refusal_ends_the_run():
    with pytest.raises(LoadRefusedError):
        run_closed_loop([Echo(), Echo(answer=b"-")], LOAD)
