"""Looks for what was acknowledged and isn't there: rows first, then the content itself."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

import asyncpg
from tests.crash.senders import Acknowledged
from tests.support.installation import Installed, attachment_bytes

from licorne.store.jobs import decode_announce

_COUNTS = {
    "message": "SELECT id, count(*) FROM message GROUP BY 1",
    "part": "SELECT message_id, count(*) FROM message_part GROUP BY 1",
    "act": "SELECT message_id, count(*) FROM grant_act GROUP BY 1",
    "grant": "SELECT message_id, count(*) FROM key_grant GROUP BY 1",
    "delivery": "SELECT message_id, count(*) FROM delivery GROUP BY 1",
    "story": "SELECT d.message_id, count(*) FROM delivery_event e JOIN delivery d"
    " ON (d.organization_id, d.id) = (e.organization_id, e.delivery_id)"
    " WHERE e.state = 'accepted' GROUP BY 1",
    "audit": "SELECT subject_id, count(*) FROM audit_event"
    " WHERE tag = 'member:message:accepted' GROUP BY 1",
}


async def losses(installed: Installed, acknowledged: Sequence[Acknowledged]) -> list[str]:
    """One line for every acknowledged message that isn't whole; none is what we promise."""
    async with installed.as_owner() as owner:
        lost = await _missing_rows(owner, acknowledged)
    async with installed.core() as core:
        key = await installed.member_key(core)
        for message in acknowledged:
            try:
                opened = await installed.open(core, message.id, key)
                if opened.body.text != message.text:
                    lost.append(f"{message.id}: another text")
                if message.file_sha256 is not None:
                    content = await attachment_bytes(core, opened, 1)
                    if hashlib.sha256(content).digest() != message.file_sha256:
                        lost.append(f"{message.id}: another file")
            except Exception as problem:
                lost.append(f"{message.id}: {type(problem).__name__}")
    return lost


async def _missing_rows(
    owner: asyncpg.Connection, acknowledged: Sequence[Acknowledged]
) -> list[str]:
    found = {
        name: Counter({row[0]: row[1] for row in await owner.fetch(query)})
        for name, query in _COUNTS.items()
    }
    found["announcement"] = await _announcements(owner)
    missing = []
    for message in acknowledged:
        expected = {
            "message": 1,
            "part": 1 if message.file_sha256 is None else 2,
            "act": 1,
            "grant": 2 + message.recipients,
            "delivery": message.recipients,
            "story": message.recipients,
            "announcement": message.recipients,
            "audit": 1,
        }
        short = [name for name, count in expected.items() if found[name][message.id] != count]
        if short:
            missing.append(f"{message.id}: {', '.join(short)}")
    return missing


async def _announcements(owner: asyncpg.Connection) -> Counter[UUID]:
    """How many of a message's deliveries have been announced, or have a job that will do it."""
    jobs = await owner.fetch("SELECT payload FROM jobs.pgqueuer WHERE entrypoint = 'announce'")
    tries = await owner.fetch("SELECT DISTINCT delivery_id FROM notice_attempt")
    told = {decode_announce(row["payload"]).delivery for row in jobs}
    told |= {row["delivery_id"] for row in tries}
    deliveries = await owner.fetch("SELECT id, message_id FROM delivery")
    return Counter(row["message_id"] for row in deliveries if row["id"] in told)
