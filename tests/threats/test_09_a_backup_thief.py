"""Threat 9: an old backup and every key open nothing of what was claimed or destroyed since.

The thief runs the product's own code on the restored backup: with the blobs of then, the unseal
key, and the slot store as it is on the day of the theft (copies of it are not kept for long).
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests.support.dumps import dump, restored
from tests.support.installation import Installed
from tests.support.postgres import drop_database, fresh_database

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.receiving.claim_mailbox import Claimed
from licorne.application.receiving.open_message import ReadMessage
from licorne.application.sending.outcome import Sent
from licorne.application.sending.recall_message import RecallMessage
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.sealing.faults import SealBroken
from licorne.ports.slot_store import SlotDestroyed
from licorne.wiring.backup import back_up
from licorne.wiring.core import Core, compose_sending, open_core
from licorne.wiring.installation import RoleUrls
from licorne.wiring.keys_copy import copy_keys
from licorne.wiring.pickup import compose_pickup
from licorne.wiring.private_files import write_private
from licorne.wiring.restore import RestoreOptions, restore
from licorne.wiring.settings import Home, load_settings

CLAIMED, RECALLED, WAITING = "+12125550141", "+12125550142", "+12125550143"
PASSWORD = "seven green kettles"


async def test_only_what_still_waits_opens_from_an_old_backup(
    installation: Installed, cluster: EmbeddedPostgres, tmp_path: Path
):
    async with installation.core() as core:
        sent = {n: await send(installation, core, n) for n in (CLAIMED, RECALLED, WAITING)}
        links = {number: await link_of(installation, core, one) for number, one in sent.items()}
        backup = await dump(installation.urls.owner, "--format=custom")
        old_home = tmp_path / "backup"
        shutil.copytree(installation.home.path, old_home)
        slots_of_then = tmp_path / "slots of then"
        (old_home / "slots").rename(slots_of_then)

        claimed = await compose_pickup(core).claim(links[CLAIMED], PASSWORD, None, None)
        assert isinstance(claimed, Claimed)
        by = Actor(ActorKind.MEMBER, installation.member)
        recall = RecallMessage(core.app, core.slots, core.clock, core.randomness)
        await recall(installation.organization, sent[RECALLED].message, by)
        slots_of_now = tmp_path / "slots of now"
        shutil.copytree(installation.home.slots, slots_of_now)

    opened = {}
    for day, slots in (("then", slots_of_then), ("now", slots_of_now)):
        shutil.copytree(slots, old_home / "slots")
        async with (
            restored(cluster, backup, tmp_path) as url,
            thiefs_core(installation, Home(old_home), url) as core,
        ):
            opened[day] = {n for n, link in links.items() if await can_open(core, link)}
        shutil.rmtree(old_home / "slots")
    # What waits for a first visit is the exception that the claim of sealing names.
    assert opened == {"then": {CLAIMED, RECALLED, WAITING}, "now": {WAITING}}


async def test_what_ended_since_a_backup_stays_closed_when_it_is_restored(
    installation: Installed, cluster: EmbeddedPostgres, tmp_path: Path
):
    """An operator's restore, and with everything: the newest slots come with any backup."""
    backups, keys = tmp_path / "backups", tmp_path / "stick"
    backups.mkdir()
    write_private(installation.home.database_url, installation.urls.owner + "\n")
    write_private(installation.home.settings_file, f'demo = true\n[backup]\nto = "{backups}"\n')
    settings = load_settings(installation.home, {})
    async with installation.core() as core:
        sent = {n: await send(installation, core, n) for n in (CLAIMED, RECALLED, WAITING)}
        links = {number: await link_of(installation, core, one) for number, one in sent.items()}
        before = await back_up(installation.home, settings, str)
        claimed = await compose_pickup(core).claim(links[CLAIMED], PASSWORD, None, None)
        assert isinstance(claimed, Claimed)
        by = Actor(ActorKind.MEMBER, installation.member)
        recall = RecallMessage(core.app, core.slots, core.clock, core.randomness)
        await recall(installation.organization, sent[RECALLED].message, by)
        await asyncio.sleep(1.1)  # backups are named by their second
        await back_up(installation.home, settings, str)
    copy_keys(installation.home, settings, keys)

    url = await fresh_database(cluster)
    try:
        home = tmp_path / "restored"
        await restore(RestoreOptions(home, keys, url, None, before.manifest.stamp))
        async with thiefs_core(installation, Home(home), url) as core:
            opened = {n for n, link in links.items() if await can_open(core, link)}
    finally:
        await drop_database(cluster, url)
    assert opened == {WAITING}


async def send(installation: Installed, core: Core, number: str) -> Sent:
    sent = await compose_sending(core).send(
        Draft(
            organization=installation.organization,
            author=Actor(ActorKind.MEMBER, installation.member),
            source=Source.API,
            recipients=(PhoneNumber.from_e164(number),),
            content=Content(None, f"Secret for {number}"),
        )
    )
    assert isinstance(sent, Sent)
    return sent


async def link_of(installation: Installed, core: Core, sent: Sent) -> str:
    """Make the link as the worker does when it announces; gives its token."""
    (delivery,) = sent.deliveries
    token = core.keyring.link_token(delivery.id, 1)
    async with installation.as_owner() as connection:
        await connection.execute(
            "INSERT INTO link (token_hash, organization_id, delivery_id, number, created_at,"
            " expires_at) VALUES ($1, $2, $3, 1, $4, $5)",
            core.keyring.link_token_hash(token),
            installation.organization,
            delivery.id,
            sent.created_at,
            sent.expires_at,
        )
    return token


@asynccontextmanager
async def thiefs_core(installation: Installed, home: Home, url: str) -> AsyncIterator[Core]:
    urls = RoleUrls(owner=url, app=url, intake=url, worker=url)
    stolen = replace(installation, home=home, urls=urls)
    async with open_core(stolen.home, stolen.settings, stolen.urls) as core:
        yield core


async def can_open(core: Core, link: str) -> bool:
    """Visit as the first visitor, which is the easiest way that there is to what waits."""
    pickup = compose_pickup(core)
    try:
        claimed = await pickup.claim(link, "the password of a thief", None, None)
        if not isinstance(claimed, Claimed):
            return False
        contact = await pickup.sessions.resume(claimed.cookie, claimed.mailbox)
        assert contact is not None
        assert claimed.delivery is not None
        return isinstance(await pickup.open_message(contact, claimed.delivery), ReadMessage)
    except (SlotDestroyed, SealBroken):
        return False
