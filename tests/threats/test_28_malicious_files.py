"""Threat 28: what a file is, its content says; malware goes nowhere, from neither side."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.support.pickup_world import NUMBER, PickupWorld, pickup_world
from tests.support.virus_scanner import EICAR, RunningClamd, running_clamd

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.scanners.clamd import Clamd, parse_scanner_address
from licorne.application.receiving.reply import RefusedFile, Replied
from licorne.application.sending.outcome import Refused, Sent
from licorne.application.sending.upload import Uploads
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.policy.verdict import Reason

PDF = b"%PDF-1.7\n" + b"An ordinary file. " * 100


@pytest.fixture(scope="module")
def clamd() -> Iterator[RunningClamd]:
    with running_clamd() as running:
        yield running


@pytest.fixture
async def pickup(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[PickupWorld]:
    async with pickup_world(cluster, tmp_path) as world:
        yield world


def scan_with(pickup: PickupWorld, clamd: RunningClamd | None) -> None:
    address = clamd.address if clamd else "unix:/nonexistent/clamd.sock"
    pickup.world.files._scanner = Clamd(parse_scanner_address(address))


def draft(pickup: PickupWorld, *files: Attachment) -> Draft:
    return Draft(
        organization=pickup.member.organization,
        author=pickup.member.actor,
        source=Source.OFFICE,
        recipients=(parse_phone_number(NUMBER, "US"),),
        content=Content(None, "text", None, files),
    )


def file(content: bytes, name: str = "letter.pdf") -> Attachment:
    return Attachment(name, "application/pdf", content)


async def reason(pickup: PickupWorld, *files: Attachment) -> Reason | None:
    sent = await pickup.world.send_message(draft(pickup, *files))
    if isinstance(sent, Refused):
        return sent.refusals[0].verdict.reason
    assert isinstance(sent, Sent), sent
    return None


async def test_a_member_sends_no_malware(pickup: PickupWorld, clamd: RunningClamd):
    scan_with(pickup, clamd)
    assert await reason(pickup, file(PDF)) is None
    before = await pickup.owner.fetchval("SELECT count(*) FROM message")
    used = await pickup.owner.fetchval("SELECT sum(used) FROM quota_use")
    assert await reason(pickup, file(PDF), file(EICAR)) is Reason.INFECTED
    assert await pickup.owner.fetchval("SELECT count(*) FROM message") == before
    assert await pickup.owner.fetchval("SELECT sum(used) FROM quota_use") == used
    assert "member:message:refused (refused)" in await pickup.audit()


async def test_while_the_scanner_is_away_no_file_passes_and_text_alone_does(
    pickup: PickupWorld, clamd: RunningClamd
):
    scan_with(pickup, None)
    assert await reason(pickup, file(PDF)) is Reason.SCANNER_DOWN
    assert await reason(pickup) is None
    scan_with(pickup, clamd)
    assert await reason(pickup, file(PDF)) is None


async def test_a_file_that_is_sealed_as_it_comes_in_is_scanned_as_it_comes_in(
    pickup: PickupWorld, clamd: RunningClamd
):
    scan_with(pickup, clamd)
    world = pickup.world
    uploads = Uploads(world.sealer, world.files, world.clock, world.randomness)

    async def pieces(content: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    for content, refused in ((PDF, None), (EICAR, Reason.INFECTED), (b"MZ", Reason.ACTIVE_FILE)):
        async with uploads(pickup.member.organization, pickup.member.id) as upload:
            attachment = await upload.add("letter.pdf", "text/plain", pieces(content))
            sent = await world.send_message(draft(pickup, attachment), upload=upload)
        if refused is None:
            assert isinstance(sent, Sent)
            assert attachment.content_type == "application/pdf"
        else:
            assert isinstance(sent, Refused)
            assert sent.refusals[0].verdict.reason is refused


async def test_a_contact_sends_no_malware(pickup: PickupWorld, clamd: RunningClamd):
    scan_with(pickup, clamd)
    token = await pickup.send()
    claimed = await pickup.claim(token)
    contact = await pickup.contact(claimed.cookie, claimed.mailbox)
    delivery = await pickup.delivery(token)
    for content, refused in ((EICAR, Reason.INFECTED), (b"#!/bin/sh\n", Reason.ACTIVE_FILE)):
        answer = await pickup.use.reply(
            contact, delivery, Content(None, "", None, (file(content),))
        )
        assert answer == RefusedFile("letter.pdf", refused)
    answer = await pickup.use.reply(contact, delivery, Content(None, "see", None, (file(PDF),)))
    assert isinstance(answer, Replied)


async def test_programs_scripts_and_pages_are_refused_whatever_their_name(pickup: PickupWorld):
    for content in (b"MZ\x90", b"#!/bin/sh\n", b"<html><script>", b"L\0\0\0\1\x14\2\0"):
        assert await reason(pickup, file(content)) is Reason.ACTIVE_FILE
    picture = Attachment("p.htm", "text/html", b"<html>", inline=True)  # a part of the text
    assert await reason(pickup, picture) is None
