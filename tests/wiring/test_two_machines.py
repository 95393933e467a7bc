"""Two machines that share PostgreSQL and an S3-compatible store, and nothing else."""

import os
from pathlib import Path

import pytest
from tests.support.installation import Installed, attachment_bytes
from tests.support.object_server import ObjectServer

from licorne.adapters.slots.object_store import ObjectSlotStore
from licorne.adapters.system import SystemRandomness
from licorne.application.keeping.shred import Shred
from licorne.application.receiving.claim_mailbox import Claimed
from licorne.application.receiving.open_message import ReadMessage
from licorne.application.sending.outcome import Sent
from licorne.application.sending.recall_message import RecallMessage
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.sealing.records import SlotReference
from licorne.ports.slot_store import SlotDestroyed
from licorne.store.database import open_database
from licorne.wiring.core import compose_sending, open_core
from licorne.wiring.installation import role_urls
from licorne.wiring.keys_copy import copy_keys, take_keys
from licorne.wiring.pickup import compose_pickup
from licorne.wiring.private_files import make_private_folder, write_private
from licorne.wiring.settings import Home, load_settings

FILE = os.urandom(300_000)


async def test_what_one_machine_takes_in_the_other_opens_and_ends(
    installation: Installed, object_server: ObjectServer, tmp_path: Path
):
    bucket = object_server.bucket()
    storage = object_server.may_do_all(bucket, "slots")
    await ObjectSlotStore(storage, SystemRandomness()).create()
    one, two = installation.home, Home(tmp_path / "two")
    credentials = f'access_key_id = "{storage.access_key_id}"\n'
    credentials += f'secret_access_key = "{storage.secret_access_key}"\n'
    write_private(one.path / "secrets" / "storage.toml", credentials)
    where = f'endpoint = "{storage.endpoint}"\n'
    write_private(
        one.settings_file,
        f'demo = true\n[blobs]\nto = "s3://{bucket}/blobs"\n{where}'
        f'[slots]\nto = "s3://{bucket}/slots"\n{where}',
    )
    settings = load_settings(one, {})
    copy_keys(one, settings, tmp_path / "stick")
    make_private_folder(two.path)
    take_keys(tmp_path / "stick", two)
    author = Actor(ActorKind.MEMBER, installation.member)

    async with (
        open_core(one, settings, role_urls(one, installation.urls.owner)) as first,
        open_core(two, load_settings(two, {}), role_urls(two, installation.urls.owner)) as second,
    ):
        sent = await compose_sending(first).send(
            Draft(
                organization=installation.organization,
                author=author,
                source=Source.API,
                recipients=(PhoneNumber.from_e164("+12125550141"),),
                content=Content(None, "x", None, (Attachment("a.pdf", "application/pdf", FILE),)),
            )
        )
        assert isinstance(sent, Sent)
        opened = await installation.open(
            second, sent.message, await installation.member_key(second)
        )
        assert await attachment_bytes(second, opened, 1) == FILE

        (delivery,) = sent.deliveries
        token = first.keyring.link_token(delivery.id, 1)
        async with installation.as_owner() as connection:
            await connection.execute(
                "INSERT INTO link (token_hash, organization_id, delivery_id, number, created_at,"
                " expires_at) VALUES ($1, $2, $3, 1, $4, $5)",
                first.keyring.link_token_hash(token),
                installation.organization,
                delivery.id,
                sent.created_at,
                sent.expires_at,
            )
        claimed = await compose_pickup(second).claim(token, "seven green kettles", None, None)
        assert isinstance(claimed, Claimed)
        assert claimed.delivery is not None
        contact = await compose_pickup(first).sessions.resume(claimed.cookie, claimed.mailbox)
        assert contact is not None  # a session begun on one machine holds on the other
        read = await compose_pickup(first).open_message(contact, claimed.delivery)
        assert isinstance(read, ReadMessage)

        recall = RecallMessage(second.app, second.slots, second.clock, second.randomness)
        await recall(installation.organization, sent.message, author)
        await carry_out_orders(installation, second)
        async with installation.as_owner() as connection:
            slot = await connection.fetchval("SELECT contact_slot FROM message")
        with pytest.raises(SlotDestroyed):
            await first.slots.read(SlotReference.parse(slot))
    assert not [path for home in (one, two) for path in (home.blobs, home.slots) if any_file(path)]


async def carry_out_orders(installation: Installed, core) -> None:
    worker = await open_database(installation.urls.worker, size=2)
    try:
        await Shred(worker, core.slots, core.blobs, core.clock, core.randomness).all_open()
    finally:
        await worker.close()


def any_file(folder: Path) -> bool:
    return folder.exists() and any(path.is_file() for path in folder.rglob("*"))
