"""`kill -9` can't show a missing fsync, so the order is read from the system calls themselves:

write, fsync, rename, fsync of the directory; the commit, its answer; and only then 250.
"""

import itertools
import re
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.crash.mail_servers import mail_servers
from tests.crash.senders import Senders
from tests.crash.system_calls import COMMAND, READS, WRITES, Call, read_calls
from tests.support.installation import Installed

pytestmark = pytest.mark.crash

# ReadyForQuery, and no transaction is open: what was asked for has committed (PostgreSQL's
# protocol, message formats).
_COMMITTED = r"Z\0\0\0\5I"
# Parse names the statement that stores messages (store/accepted_messages_sql.py).
_NAMED_STATEMENT = re.compile(r"P\\0\\0.*(__asyncpg_stmt_\w+__)\\0\\n +WITH held ")


@dataclass(frozen=True)
class Steps:
    """Where in the list of calls each step of one message's way stands."""

    written: int
    synced: int
    named: int
    durable: int
    asked: int
    committed: int
    acknowledged: int

    @property
    def in_order(self) -> list[int]:
        return [
            self.written,
            self.synced,
            self.named,
            self.durable,
            self.asked,
            self.committed,
            self.acknowledged,
        ]


class OutOfOrder(AssertionError):
    """A step isn't behind the one that must come before it."""


async def test_a_message_is_on_disk_before_it_is_acknowledged(
    installation: Installed, tmp_path: Path
):
    trace = tmp_path / "trace"
    async with mail_servers(installation, 1, through=(*COMMAND, "-o", str(trace))) as servers:
        senders = Senders(
            installation.practice.email,
            installation.practice.app_password,
            ssl.create_default_context(cafile=str(installation.certificates.authority)),
            servers.port,
        )
        await senders.send_file()  # meets the recipient
        await senders.send_file()
        assert len(senders.acknowledged) == 2
    calls = read_calls(trace)
    steps = follow(calls, str(installation.home.blobs), servers.port)

    # The same calls in any other order are found out.
    for earlier, later in itertools.pairwise(steps.in_order):
        swapped = list(calls)
        swapped.insert(earlier, swapped.pop(later))
        with pytest.raises(OutOfOrder):
            follow(swapped, str(installation.home.blobs), servers.port)


async def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(installation: Installed):
    async with installation.core() as core, core.intake.before_tenant() as connection:
        assert await connection.fetchval("SHOW synchronous_commit") == "on"
    async with installation.as_owner() as owner:  # the tests' server itself is in a hurry
        assert await owner.fetchval("SHOW synchronous_commit") == "off"


def follow(calls: list[Call], blobs: str, port: int) -> Steps:
    """Follow the last message's way. Raises `OutOfOrder`."""
    incoming = f"{blobs}/incoming/"
    named = max(place for place, call in enumerate(calls) if call.name.startswith("rename"))
    source, target = calls[named].paths
    file, directory = f"<{source}>", f"<{target.rpartition('/')[0]}>"
    assert source.startswith(incoming)

    written = _last(calls, WRITES, file, 0, len(calls))
    synced = _last(calls, {"fsync"}, file, written, named)
    durable = _first(calls, {"fsync"}, directory, named)
    # What the mail program hears next is the acknowledgement.
    acknowledged = _first(calls, WRITES, f"127.0.0.1:{port}->", named)
    asked = _asked(calls, durable, acknowledged)
    committed = _first(calls, READS | WRITES, calls[asked].descriptor, asked)
    answer = calls[committed]
    if committed > acknowledged or answer.name in WRITES or _COMMITTED not in answer.arguments:
        raise OutOfOrder(_COMMITTED)
    return Steps(written, synced, named, durable, asked, committed, acknowledged)


def _asked(calls: list[Call], after: int, before: int) -> int:
    """Find where the statement that stores messages got the last one's values (Bind).

    Other statements go to the server meanwhile, also from this process: it is known by its name.
    """
    texts = (_NAMED_STATEMENT.search(call.arguments) for call in calls if call.name in WRITES)
    names = [rf"B\\0\\0.*{text[1]}" for text in texts if text]
    for place in range(before - 1, after, -1):
        call = calls[place]
        if call.name in WRITES and any(re.search(name, call.arguments) for name in names):
            return place
    raise OutOfOrder("no statement that stores a message")


def _first(calls: list[Call], names: set[str], holds: str, after: int) -> int:
    for place in range(after + 1, len(calls)):
        if calls[place].name in names and holds in calls[place].arguments:
            return place
    raise OutOfOrder(holds)


def _last(calls: list[Call], names: set[str], holds: str, after: int, before: int) -> int:
    for place in range(before - 1, after, -1):
        if calls[place].name in names and holds in calls[place].arguments:
            return place
    raise OutOfOrder(holds)
