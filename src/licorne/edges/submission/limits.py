"""What one connection to the mail server may take: lines, bytes, tries and time.

Deadlines are RFC 5321 §4.5.3.2's where a person's program is signed in, and short before that.
"""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SubmissionLimits:
    """Sizes in bytes, times in seconds."""

    message: int = 72 * MEGABYTE  # 50 MB of content, written in base64
    command_line: int = 2048
    authentication_line: int = 12_288  # RFC 4954 §4
    recipients: int = 100
    messages_per_connection: int = 10_000
    failed_authentications: int = 3
    bad_commands: int = 20
    handshake_deadline: float = 15.0  # TLS, from its first byte
    sign_in_deadline: float = 60.0  # from connecting to AUTH
    command_deadline: float = 300.0
    data_idle_deadline: float = 180.0
    data_deadline: float = 1800.0
    send_deadline: float = 60.0  # for the other side to read what we say
    finish_deadline: float = 10.0  # for messages under way when the server is stopped
    connections: int = 2000
    connections_per_address: int = 200
    bytes_in_flight: int = 512 * MEGABYTE  # of all messages being received at once
