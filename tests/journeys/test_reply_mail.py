"""A demo with a mail relay: a patient answers, and the member's email says so, and no more."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest
from tests.support.contact_client import ContactClient
from tests.support.mail_relay import Post, mail_relay
from tests.support.running_demo import RunningDemo, running_demo

pytestmark = pytest.mark.journey

TEXT, ANSWER = "Canary-of-the-text-5W", "Canary-of-the-answer-5W"


def relay_of(post: Post) -> str:
    access = post.access
    return (
        f'[relay]\nhost = "{access.host}"\nport = {access.port}\nuser = "{access.user}"\n'
        f'sender = "{access.sender.text}"\npassword_file = "{access.password_file}"\n'
        f'authority_file = "{access.authority}"\n'
    )


async def answer(demo: RunningDemo, number: str) -> None:
    status, _ = demo.api("POST", "/messages", {"to": [number], "text": TEXT})
    assert status == 201
    link = await demo.next_link(number)
    async with httpx.AsyncClient(base_url=demo.facts["pickup_url"], timeout=30) as http:
        contact = ContactClient(http)
        page = await contact.claim(link)
        assert TEXT in page.text
        await contact.reply(page, ANSWER)


async def test_a_reply_comes_to_the_members_email_through_the_relay(tmp_path: Path):
    async with mail_relay(tmp_path) as post:
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        (home / "licorne.toml").write_text(relay_of(post))
        with running_demo(home) as demo:
            number, member = demo.new_number(), demo.facts["member"]["email"]
            assert demo.facts["reply_mails"] == {"to": member, "relay": "localhost"}
            await answer(demo, number)
            # The two minutes in which somebody may read it first: nobody does.
            await demo.execute("UPDATE jobs.pgqueuer SET execute_after = now()")
            deadline = time.monotonic() + 30
            while not post.mails and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
            (mail,) = post.mails
            log = demo.log()
    assert (mail.to, mail.encrypted) == (member, True)
    assert f"{demo.facts['office_url']}/mail/inbox/" in mail.text
    for told in (mail.raw.decode() + mail.text, log):
        for canary in (TEXT, ANSWER, number, number[2:]):
            assert canary not in told
    assert member not in log
