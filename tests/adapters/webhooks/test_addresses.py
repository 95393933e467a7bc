"""Threat 32: a webhook leads to the public network and nowhere else."""

import asyncio
import ipaddress
import socket
import threading

import pytest
from tests.support.web_server import serving

from licorne.adapters.webhooks.addresses import AddressRefused, address_for, is_public
from licorne.adapters.webhooks.http_sender import HttpWebhookSender
from licorne.ports.webhook_sender import WebhookAnswered, WebhookNotReached

INSIDE = (
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fec0::1",
    "::7f00:1",
    "5f00::1",
    "fd00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
)


@pytest.mark.parametrize("address", INSIDE)
async def test_threat_32_an_address_inside_is_refused(address: str):
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(AddressRefused, match="not_public"):
        await address_for(address, 443, ())


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_a_public_address_is_let_through(address: str):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1"])
async def test_threat_32_other_spellings_of_an_address_inside_are_refused(host: str):
    with pytest.raises(AddressRefused):
        await address_for(host, 443, ())


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "169.254.169.254"])
async def test_threat_32_nothing_is_sent_inside(host: str):
    answer = await HttpWebhookSender().post(f"https://{host}/", {}, b"{}")
    assert answer == WebhookNotReached("not_public")


async def test_threat_32_one_address_inside_among_public_ones_is_enough_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
):
    def two(host: str, port: int, *_: object, **__: object):
        return [(0, 0, 0, "", (one, port)) for one in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with pytest.raises(AddressRefused, match="not_public"):
        await address_for("mixed.example", 443, ())


async def test_threat_32_a_name_is_looked_up_once_and_that_address_is_spoken_to(
    monkeypatch: pytest.MonkeyPatch,
):
    asked: list[str] = []

    def rebinding(host: str, port: int, *_: object, **__: object):
        asked.append(host)  # the second look-up would lead elsewhere, where nobody is at home
        address = "127.0.0.1" if len(asked) == 1 else "127.9.9.9"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    heard: list[bytes] = []

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        heard.extend(value for name, value in scope["headers"] if name == b"host")
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with serving(lambda _url: app) as url:
        port = url.rpartition(":")[2]
        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        sender = HttpWebhookSender({"rebinding.example"})
        answer = await sender.post(f"http://rebinding.example:{port}/", {}, b"{}")
        monkeypatch.undo()
    assert answer == WebhookAnswered(204)
    assert asked == ["rebinding.example"]
    assert heard == [f"rebinding.example:{port}".encode()]


async def test_threat_20_names_that_nobody_answers_for_take_no_thread_from_others(
    monkeypatch: pytest.MonkeyPatch,
):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(20) and [])
    sender = HttpWebhookSender(deadline=0.1)
    try:
        posts = (sender.post("https://nobody.example/", {}, b"{}") for _ in range(64))
        assert set(await asyncio.gather(*posts)) == {WebhookNotReached("too_slow")}
        async with asyncio.timeout(10):
            assert await asyncio.to_thread(threading.current_thread)
    finally:
        answered.set()


async def test_a_server_that_answers_too_late_is_not_waited_for():
    async def slow(scope, receive, send):
        if scope["type"] == "http":
            await asyncio.sleep(1)

    async with serving(lambda _url: slow) as url:
        answer = await HttpWebhookSender({"localhost"}, deadline=0.2).post(url, {}, b"{}")
    assert answer == WebhookNotReached("too_slow")
