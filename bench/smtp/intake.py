"""One measured run of intake: sessions made ready, the closed loop driven, everything closed."""

from collections.abc import Iterator

from bench.load.closed_loop import Load, Throughput, run_closed_loop
from bench.load.smtp_session import Envelope, SmtpServer, SmtpSession


def measure_intake(server: SmtpServer, envelopes: Iterator[Envelope], load: Load) -> Throughput:
    """Submit through ``load.sessions`` sessions; connecting, TLS and log-in come before the clock starts."""
    sessions: list[SmtpSession] = []
    try:
        for _ in range(load.sessions):
            sessions.append(SmtpSession(server, envelopes))
        return run_closed_loop(sessions, load)
    finally:
        for session in sessions:
            session.close()
