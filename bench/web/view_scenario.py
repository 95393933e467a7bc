"""``python -m bench view``: a contact's audited view beside a bare one.

The contact opens a message page with a live session; the bare view looks up a session, selects a
row and renders a template.
"""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from bench.interleaving import Goal, compare, interleave
from bench.load.http_session import HttpServer
from bench.observation import noise_sentence, processor_table
from bench.product import Demo, running_demo
from bench.product_store import wait_for_the_jobs
from bench.report.section import Section, comparison_table
from bench.sampling.profile import new_samples_folder, profile
from bench.sampling.recording import sampling_environment
from bench.web.contenders import WebContender
from bench.web.opened_messages import OpenedMessage, open_messages
from bench.web.traffic import CONCURRENCY, request_bytes
from bench.workshop import Plan, Workshop
from bench.yardsticks.bare_app import POOL_SIZE
from bench.yardsticks.bare_server import (
    BareServer,
    fill_bare_tables,
    running_bare_server,
    session_cookie,
)
from bench.yardsticks.database import prepare_yardstick_database

TEXT = "Your next appointment can be moved; please tell us which day suits you.\n\n" * 4
CONTACTS = 8

_ABOUT = """\
`GET` of a message page over {connections} keep-alive connections, round {contacts} contacts, each
with a live session and a message of {characters} characters. Licorne finds the session, unwraps the
mailbox's key, checks grant and signatures, opens the message, renders the page and records the
reading. The yardstick looks up a session by its cookie's hash, selects the row and renders a Jinja
template: Starlette on uvicorn, uvloop and httptools, asyncpg's pool of {pool} (defaults), one
process, no log. Both use one PostgreSQL {version}, and every answer was a 200."""


def run(workshop: Workshop) -> Section:
    """Measure both, then profile Licorne's side once."""
    place = workshop.place("view")
    with running_demo(place / "licorne") as demo:
        opened = open_messages(demo.addresses, TEXT, CONTACTS)
        wait_for_the_jobs(demo.addresses.database_url)
        database = asyncio.run(prepare_yardstick_database(demo.addresses.database_url))
        paths = asyncio.run(fill_bare_tables(database, TEXT, CONTACTS))
        with running_bare_server(database) as bare:
            product, yardstick = _product(demo, opened), _yardstick(bare, demo, paths)
            load = workshop.plan.load(CONCURRENCY)
            for contender in (product, yardstick):
                contender.measure(load)
            rounds = interleave(
                workshop.plan.rounds,
                lambda: product.measure(load),
                lambda: yardstick.measure(load),
            )
    rate = compare(
        "views/s", "/s", Goal(0.5), rounds, lambda observed: observed.throughput.per_second
    )
    latency = compare("p50", "ms", None, rounds, lambda observed: observed.throughput.p50_ms)
    of_product, of_yardstick = [r.product for r in rounds], [r.yardstick for r in rounds]
    about = _ABOUT.format(
        connections=CONCURRENCY,
        contacts=CONTACTS,
        characters=len(TEXT),
        pool=POOL_SIZE,
        version=database.server_version,
    )
    return Section(
        key="view",
        title="A contact's view of a message",
        blocks=(
            about,
            comparison_table([rate, latency], "Licorne", "bare Starlette"),
            noise_sentence([*of_product, *of_yardstick]),
            "### Where the processor's time goes",
            "Licorne:",
            processor_table(of_product, "view"),
            "Bare Starlette:",
            processor_table(of_yardstick, "view"),
            *_profile(place, workshop.plan),
        ),
        is_met=rate.is_met,
    )


def _product(demo: Demo, opened: tuple[OpenedMessage, ...]) -> WebContender:
    url = urlsplit(opened[0].url)
    requests = tuple(
        _request(urlsplit(each.url).path, url.netloc, each.cookie_field) for each in opened
    )
    server = HttpServer(url.hostname or "localhost", url.port or 80, success_status=200)
    return WebContender("Licorne", server, requests, pids=(demo.pid,))


def _yardstick(bare: BareServer, demo: Demo, paths: tuple[str, ...]) -> WebContender:
    host = f"127.0.0.1:{bare.port}"
    requests = tuple(_request(path, host, session_cookie()) for path in paths)
    server = HttpServer("127.0.0.1", bare.port, success_status=200)
    return WebContender("bare", server, requests, pids=(bare.pid, demo.pid))


def _request(path: str, host: str, cookie: str) -> bytes:
    """Ask as a phone's browser does for a page that a person opens."""
    fields = (
        ("User-Agent", "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140 Mobile"),
        ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", "en-US,en;q=0.9"),
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
        ("Cookie", cookie),
    )
    return request_bytes("GET", path, host, fields)


def _profile(place: Path, plan: Plan) -> tuple[str, ...]:
    samples = new_samples_folder(place)
    with running_demo(place / "licorne", sampling_environment(samples)) as demo:
        opened = open_messages(demo.addresses, TEXT, CONTACTS, first_number=CONTACTS)
        product = _product(demo, opened)
        load = plan.load(CONCURRENCY)
        product.measure(load)
        return profile(samples, lambda: product.measure(load))
