"""One measured run of intake: sessions made ready, the closed loop driven, everything closed."""

import contextlib
from collections.abc import Iterator

from bench.load.closed_loop import Load, Throughput, run_closed_loop
from bench.load.smtp_session import Envelope, SmtpServer, SmtpSession


def measure_intake(server: SmtpServer, envelopes: Iterator[Envelope], load: Load) -> Throughput:
    """Submit through ``load.sessions`` sessions; connecting, TLS and log-in come before the clock
    starts.
    """
    with contextlib.ExitStack() as opened:
        sessions = [SmtpSession(server, envelopes) for _ in range(load.sessions)]
        for session in sessions:
            opened.callback(session.close)
        return run_closed_loop(sessions, load)
