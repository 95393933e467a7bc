"""The 2 KB messages of the comparison: as a mail program writes a short secure text, each one
distinct.
"""

import itertools
import secrets
from collections.abc import Iterator, Sequence

from bench.load.smtp_session import Envelope

LETTER_BYTES = 2048
"""Header and text together, as RFC 1870 counts a message's size (CRLFs in, the last dot out)."""

_HEADER = """\
From: Dr. Bench <{sender}>\r
To: {recipient}\r
Subject: Your visit\r
Date: Fri, 21 Nov 2025 10:00:00 +0000\r
Message-ID: <{token}@bench.localhost>\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 7bit\r
User-Agent: Licorne bench\r
\r
"""
_SENTENCE = b"Your next appointment can be moved; please tell us which day suits you.\r\n"


def letters(sender: str, recipients: Sequence[str]) -> Iterator[Envelope]:
    """Yield envelopes without end, going round the recipients; each is ``LETTER_BYTES`` long."""
    run = secrets.token_hex(6)
    mail = f"MAIL FROM:<{sender}> SIZE={LETTER_BYTES}\r\n".encode()
    numbered = zip(itertools.count(), itertools.cycle(recipients), strict=False)
    for number, recipient in numbered:
        token = f"{run}.{number:08d}"
        header = _HEADER.format(sender=sender, recipient=recipient, token=token).encode()
        yield Envelope(
            mail=mail,
            rcpt=f"RCPT TO:<{recipient}>\r\n".encode(),
            data=header + _text(LETTER_BYTES - len(header)) + b".\r\n",
        )


def _text(length: int) -> bytes:
    whole = _SENTENCE * (length // len(_SENTENCE))
    rest = length - len(whole)
    # A last line shorter than its own CRLF is made up for by lengthening the one before.
    return whole + b"x" * (rest - 2) + b"\r\n" if rest >= 2 else whole[:-2] + b"x" * rest + b"\r\n"
