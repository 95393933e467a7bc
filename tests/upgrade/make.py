"""Makes the data of the current schema, which every later release must be able to take over.

    .venv/bin/python -m tests.upgrade.make

Run it once per released schema; what was made is committed and never made anew.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from pathlib import Path

import asyncpg
import msgspec
from tests.support.postgres import fresh_database

from licorne.adapters.embedded_postgres import start_embedded_postgres
from licorne.application.receiving.claim_mailbox import Claimed
from licorne.application.sending.outcome import Sent
from licorne.application.sending.recall_message import RecallMessage
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.sealing.password_parameters import PasswordCosts
from licorne.store.schema_versions import known_versions
from licorne.wiring.backup import back_up
from licorne.wiring.core import Core, compose_sending, open_core
from licorne.wiring.demo_practice import demo_practice
from licorne.wiring.installation import prepare, role_urls
from licorne.wiring.keys_copy import copy_keys
from licorne.wiring.pickup import compose_pickup
from licorne.wiring.private_files import write_private
from licorne.wiring.settings import Backup, Home, Settings

DATA = Path(__file__).parent / "data"
CHEAP = PasswordCosts(memory_kib=64, passes=1, lanes=1)
CLAIMED, RECALLED, WAITING = "+12125550141", "+12125550142", "+12125550143"
PASSWORD = "seven green kettles"
FILE = b"scanned " * 12_500


async def main() -> None:
    data = DATA / known_versions()[-1]
    if data.exists():
        sys.exit(f"{data} is there; data of a schema is made once.")
    with tempfile.TemporaryDirectory() as folder:
        cluster = await start_embedded_postgres(Path(folder) / "postgres", fsync=False)
        try:
            await _make(await fresh_database(cluster), Home(Path(folder) / "home"), data)
        finally:
            await cluster.stop()


async def _make(url: str, home: Home, data: Path) -> None:
    await prepare(home, url)
    practice = await demo_practice(home, url, CHEAP)
    write_private(home.database_url, url + "\n")
    connection = await asyncpg.connect(url)
    member = MemberId(await connection.fetchval("SELECT id FROM licorne.member"))
    organization = OrganizationId(await connection.fetchval("SELECT id FROM licorne.organization"))
    (data / "backups").mkdir(parents=True)
    settings = Settings(backup=Backup(to=str(data / "backups")))
    messages: dict[str, str] = {}
    async with open_core(home, settings, role_urls(home, url)) as core:
        for number in (CLAIMED, RECALLED, WAITING):
            sent = await _send(core, organization, member, number)
            messages[number] = str(sent.message)
            link = core.keyring.link_token(sent.deliveries[0].id, 1)
            await connection.execute(
                "INSERT INTO licorne.link (token_hash, organization_id, delivery_id, number,"
                " created_at, expires_at) VALUES ($1, $2, $3, 1, $4, $5)",
                core.keyring.link_token_hash(link),
                organization,
                sent.deliveries[0].id,
                sent.created_at,
                sent.expires_at,
            )
            if number == CLAIMED:
                claimed = await compose_pickup(core).claim(link, PASSWORD, None, None)
                assert isinstance(claimed, Claimed)
            if number == RECALLED:
                recall = RecallMessage(core.app, core.slots, core.clock, core.randomness)
                await recall(organization, sent.message, Actor(ActorKind.MEMBER, member))
    await connection.close()
    await back_up(home, settings, print)
    home.database_url.unlink()  # of a server that is gone
    copy_keys(home, settings, data / "keys")
    about = {"messages": messages, "owner": str(member), "practice": msgspec.to_builtins(practice)}
    (data / "about.json").write_text(json.dumps(about, indent=1, default=str) + "\n")
    shutil.rmtree(data / "keys" / "tls", ignore_errors=True)


async def _send(core: Core, organization: OrganizationId, member: MemberId, number: str) -> Sent:
    content = Content(None, f"For {number}", None, (Attachment("a.pdf", "application/pdf", FILE),))
    sent = await compose_sending(core).send(
        Draft(
            organization=organization,
            author=Actor(ActorKind.MEMBER, member),
            source=Source.API,
            recipients=(PhoneNumber.from_e164(number),),
            content=content,
        )
    )
    assert isinstance(sent, Sent)
    return sent


if __name__ == "__main__":
    asyncio.run(main())
