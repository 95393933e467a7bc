"""``python -m bench yardsticks``: what the generators and the yardsticks reach without Licorne.

For whoever doubts the rig: the SMTP and HTTP generators against a sink, Postfix, the bare
application. Nothing of it goes into bench/RESULTS.md.
"""

import asyncio
import itertools

from bench.certificates import KeyKind, make_server_certificate
from bench.load.http_session import HttpServer
from bench.observation import observe, processor_table
from bench.report.section import Section
from bench.smtp.contenders import DOMAIN, PostfixIntake
from bench.smtp.scenario import SESSIONS, ceiling_block
from bench.web.create_scenario import TEXT, create_requests
from bench.web.traffic import CONCURRENCY, measure_http, request_bytes
from bench.workshop import Workshop, say
from bench.yardsticks.bare_server import fill_bare_tables, running_bare_server, session_cookie
from bench.yardsticks.database import prepare_yardstick_database
from bench.yardsticks.postfix import private_postfix
from licorne.adapters.embedded_postgres.launcher import start_embedded_postgres_and_wait


def run(workshop: Workshop) -> Section:
    """Drive each yardstick once."""
    return Section(
        key="yardsticks",
        title="The yardsticks alone",
        blocks=(ceiling_block(workshop, KeyKind.P256), _postfix(workshop), *_bare(workshop)),
        is_met=True,
    )


def _postfix(workshop: Workshop) -> str:
    place = workshop.place("postfix-alone")
    certificate = make_server_certificate(place, KeyKind.P256)
    with private_postfix(place / "postfix", certificate, DOMAIN) as instance:
        postfix = PostfixIntake(instance)
        runs = []
        for sessions, _ in SESSIONS:
            runs.append(postfix.measure(workshop.plan.load(sessions)))
            say(f"  {sessions:2} sessions, Postfix {runs[-1]}")
    return processor_table(runs, "message")


def _bare(workshop: Workshop) -> tuple[str, str]:
    server = start_embedded_postgres_and_wait(workshop.place("bare-alone"))
    try:
        database = asyncio.run(prepare_yardstick_database(server.url()))
        paths = asyncio.run(fill_bare_tables(database, TEXT, count=8))
        load = workshop.plan.load(CONCURRENCY)
        with running_bare_server(database) as bare:
            host = f"127.0.0.1:{bare.port}"
            creates = itertools.cycle(create_requests("/messages", host, ()))
            created = observe(
                lambda: measure_http(HttpServer("127.0.0.1", bare.port, 201), creates, load),
                [bare.pid],
            )
            say(f"  {CONCURRENCY} connections, bare create {created}")
            fields = (("Cookie", session_cookie()),)
            views = itertools.cycle([request_bytes("GET", path, host, fields) for path in paths])
            viewed = observe(
                lambda: measure_http(HttpServer("127.0.0.1", bare.port, 200), views, load),
                [bare.pid],
            )
            say(f"  {CONCURRENCY} connections, bare view   {viewed}")
    finally:
        server.stop_and_wait()
    return processor_table([created], "create"), processor_table([viewed], "view")
