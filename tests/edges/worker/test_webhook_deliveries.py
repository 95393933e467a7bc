"""A worker as its operator runs it tells a program's own HTTPS server of events, again if it must."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from tests.support.installation import Installed
from tests.support.web_server import serving

from licorne.adapters.demo_authority import demo_certificates
from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.keep_webhooks import WithSecret
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.outcome import Sent
from licorne.client import check_webhook
from licorne.domain.audit.followed_tags import EventType
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.wiring.api import compose_api
from licorne.wiring.core import Core, compose_sending
from licorne.wiring.private_files import write_private
from licorne.wiring.settings import Settings

SETTINGS = Settings(demo=True, webhook_internal_hosts=("localhost",))
PATIENCE = 60.0  # seconds, of which five are the wait before the second try


@dataclass
class Receiver:
    """A program's server: it answers with the next of ``answers`` and keeps what came."""

    answers: list[int]
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        self.came.append(({n.decode(): v.decode() for n, v in scope["headers"]}, body))
        status = self.answers.pop(0)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        self.changed.set()

    async def until_came(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.came) < times:
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def worker(installed: Installed, authority: Path) -> AsyncIterator[None]:
    """`licorne up --role worker`, on a machine that trusts one more authority."""
    write_private(installed.home.database_url, installed.urls.owner + "\n")
    installed.home.settings_file.write_text(
        'webhook_internal_hosts = ["localhost"]\npublic_url = "https://text.example.org"\n'
    )
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "licorne"),
        "up",
        "--home",
        str(installed.home.path),
        "--role",
        "worker",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "SSL_CERT_FILE": str(authority)},
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def add_webhook(installed: Installed, core: Core, url: str) -> str:
    api = compose_api(core, compose_sending(core), Carriers({}, ()))
    caller = await api.authenticate(installed.practice.api_token, "127.0.0.1")
    assert isinstance(caller, ApiCaller)
    added = await api.webhooks.add(caller, url, [EventType.MESSAGE_ACCEPTED])
    assert isinstance(added, WithSecret), added
    author = caller.actor
    draft = Draft(
        caller.organization,
        author,
        Source.API,
        (PhoneNumber.from_e164("+12125550123"),),
        Content(None, "The growth is benign."),
    )
    sent = await compose_sending(core).send(draft)
    assert isinstance(sent, Sent)
    return added.secret


async def test_an_event_comes_over_https_and_again_when_it_wasnt_taken(
    installation: Installed,
):
    receiver = Receiver([503, 204])
    tls = installation.certificates
    async with serving(lambda _url: receiver, tls) as url, installation.core(SETTINGS) as core:
        secret = await add_webhook(installation, core, f"{url}/hook")
        async with worker(installation, tls.authority):
            await receiver.until_came(2)
    (earlier, body), (later, again) = receiver.came
    assert check_webhook(secret, earlier, body) == check_webhook(secret, later, again)
    assert msgspec.json.decode(body)["type"] == "message.accepted"
    assert b"benign" not in body
    assert int(later["webhook-timestamp"]) - int(earlier["webhook-timestamp"]) >= 4


async def test_threat_32_a_server_with_a_strangers_certificate_is_told_nothing(
    installation: Installed, tmp_path: Path
):
    receiver, stranger = Receiver([204, 204]), demo_certificates(tmp_path / "tls")
    async with serving(lambda _url: receiver, stranger) as url, installation.core(SETTINGS) as core:
        await add_webhook(installation, core, f"{url}/hook")
        async with (
            worker(installation, installation.certificates.authority),
            installation.as_owner() as owner,
            asyncio.timeout(PATIENCE),
        ):
            while not await owner.fetchval("SELECT count(failing_since) FROM webhook_endpoint"):
                await asyncio.sleep(0.1)
    assert receiver.came == []
