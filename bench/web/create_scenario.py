"""``python -m bench api``: the API's full create beside a bare endpoint that inserts one row."""

import asyncio
import json
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bench.interleaving import Goal, compare, interleave
from bench.load.http_session import HttpServer
from bench.observation import noise_sentence, processor_table
from bench.product import Demo, held_worker, running_demo
from bench.product_store import count_messages, wait_for_the_jobs
from bench.report.section import Section, comparison_table
from bench.sampling.profile import new_samples_folder, profile
from bench.sampling.recording import sampling_environment
from bench.web.contenders import WebContender
from bench.web.traffic import CONCURRENCY, request_bytes
from bench.workshop import Plan, Workshop
from bench.yardsticks.bare_app import POOL_SIZE
from bench.yardsticks.bare_server import (
    BareServer,
    count_bare_messages,
    fill_bare_tables,
    running_bare_server,
)
from bench.yardsticks.database import YardstickDatabase, prepare_yardstick_database

TEXT = "Your next appointment can be moved; please tell us which day suits you. " * 4
RECIPIENTS = tuple(f"211436{number:04d}@secure.text" for number in range(200))

_ABOUT = """\
`POST` of the same JSON (a text of {characters} characters to one recipient, round {patients}
recipients) over {connections} keep-alive connections. Licorne does its whole work before the 201:
token, policy, sealing, grants, rows, audit, job, one durable commit. The yardstick parses the JSON,
inserts one row through asyncpg's pool of {pool} (defaults) and commits it durably: Starlette on
uvicorn, uvloop and httptools, one process, no log. Both use one PostgreSQL {version}. Licorne's
worker is held until the run has ended, as with SMTP. After each run the rows were counted: as many
as were acknowledged."""

_ABOUT_ANNOUNCING = """\
The same, but Licorne's worker sends the notices out while the clock runs, on the same cores."""


def run(workshop: Workshop) -> Section:
    """Measure both, then profile Licorne's side once."""
    place = workshop.place("api")
    with running_demo(place / "licorne") as demo:
        database = asyncio.run(prepare_yardstick_database(demo.addresses.database_url))
        asyncio.run(fill_bare_tables(database, TEXT, count=0))
        with running_bare_server(database) as bare:
            product, yardstick = _product(demo), _yardstick(bare, demo, database)
            load = workshop.plan.load(CONCURRENCY)
            for contender in (product, yardstick):  # meets every recipient, warms every process
                contender.measure(load)
            rounds, announcing_rounds = (
                interleave(
                    workshop.plan.rounds,
                    partial(contender.measure, load),
                    partial(yardstick.measure, load),
                )
                for contender in (product, replace(product, held=nullcontext))
            )
    rate = compare(
        "creates/s", "/s", Goal(0.5), rounds, lambda observed: observed.throughput.per_second
    )
    meanwhile = compare(
        "creates/s", "/s", None, announcing_rounds, lambda observed: observed.throughput.per_second
    )
    latency = compare("p50", "ms", None, rounds, lambda observed: observed.throughput.p50_ms)
    of_product, of_yardstick = [r.product for r in rounds], [r.yardstick for r in rounds]
    about = _ABOUT.format(
        characters=len(TEXT),
        patients=len(RECIPIENTS),
        connections=CONCURRENCY,
        pool=POOL_SIZE,
        version=database.server_version,
    )
    return Section(
        key="api",
        title="API: full create",
        blocks=(
            about,
            comparison_table([rate, latency], "Licorne", "bare Starlette"),
            noise_sentence([*of_product, *of_yardstick]),
            "### While notices go out",
            _ABOUT_ANNOUNCING,
            comparison_table([meanwhile], "Licorne", "bare Starlette"),
            "### Where the processor's time goes",
            "Licorne:",
            processor_table(of_product, "create"),
            "Bare Starlette:",
            processor_table(of_yardstick, "create"),
            *_profile(place, workshop.plan),
        ),
        is_met=rate.is_met,
    )


def _product(demo: Demo) -> WebContender:
    url = urlsplit(demo.addresses.api_url)
    database_url = demo.addresses.database_url
    fields = (("Authorization", f"Bearer {demo.addresses.api_token}"),)
    return WebContender(
        "Licorne",
        HttpServer(url.hostname or "localhost", url.port or 80, success_status=201),
        create_requests(f"{url.path}/messages", url.netloc, fields),
        pids=(demo.pid,),
        count_stored=lambda: count_messages(database_url),
        settle=lambda: wait_for_the_jobs(database_url),
        held=lambda: held_worker(demo),
    )


def _yardstick(bare: BareServer, demo: Demo, database: YardstickDatabase) -> WebContender:
    fields = (("Authorization", "Bearer not-looked-at"),)
    return WebContender(
        "bare",
        HttpServer("127.0.0.1", bare.port, success_status=201),
        create_requests("/messages", f"127.0.0.1:{bare.port}", fields),
        pids=(bare.pid, demo.pid),
        count_stored=lambda: asyncio.run(count_bare_messages(database)),
    )


def create_requests(path: str, host: str, fields: tuple[tuple[str, str], ...]) -> tuple[bytes, ...]:
    """Write one request per recipient."""
    bodies = (json.dumps({"to": [to], "text": TEXT}).encode() for to in RECIPIENTS)
    return tuple(request_bytes("POST", path, host, fields, body) for body in bodies)


def _profile(place: Path, plan: Plan) -> tuple[str, ...]:
    samples = new_samples_folder(place)
    with running_demo(place / "licorne", sampling_environment(samples)) as demo:
        product = _product(demo)
        load = plan.load(CONCURRENCY)
        product.measure(load)
        return profile(samples, lambda: product.measure(load))
