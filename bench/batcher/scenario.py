"""``python -m bench batcher``: the write batcher beside a pool of connections."""

import asyncio

import uvloop

from bench.batcher.durable_writes import POOL_SIZE, ROW_BYTES, Way, make_table, measure_writes
from bench.interleaving import Goal, compare, interleave
from bench.load.closed_loop import Load, Throughput
from bench.report.section import Section, comparison_table
from bench.workshop import Workshop, say
from bench.yardsticks.database import prepare_yardstick_database
from licorne.adapters.embedded_postgres.launcher import start_embedded_postgres_and_wait

WAITERS = 32

_ABOUT = """\
Rows of {size} bytes, each durable (`synchronous_commit=on`, `fsync=on`) before its writer goes on;
one PostgreSQL {version}, one table, both sides in one process on uvloop. The yardstick is asyncpg's
pool of {pool}, spared (in its favour) the round trip by which it resets a connection between two
users. After each run the rows were counted: as many as were acknowledged."""


def run(workshop: Workshop) -> Section:
    """Measure 32 waiters' rate, and one lone writer's latency."""
    server = start_embedded_postgres_and_wait(workshop.place("batcher"))
    try:
        database = asyncio.run(prepare_yardstick_database(server.url()))
        asyncio.run(make_table(database.url))

        def measure(way: Way, load: Load) -> Throughput:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                result = runner.run(measure_writes(database.url, way, load))
            say(
                f"  {load.sessions:2} waiting, {way.value}: {result.per_second:,.0f}/s, "
                f"p50 {result.p50_ms:.2f} ms"
            )
            return result

        plan = workshop.plan
        many, alone = plan.load(WAITERS), plan.load(1)
        together = interleave(
            plan.rounds, lambda: measure(Way.BATCHER, many), lambda: measure(Way.POOL, many)
        )
        singly = interleave(
            plan.rounds, lambda: measure(Way.BATCHER, alone), lambda: measure(Way.POOL, alone)
        )
    finally:
        server.stop_and_wait()

    comparisons = (
        compare(f"rows/s, {WAITERS} waiters", "/s", Goal(3.0), together, lambda r: r.per_second),
        compare(f"p50, {WAITERS} waiters", "ms", None, together, lambda r: r.p50_ms),
        compare(
            "p50, one writer alone",
            "ms",
            Goal(1.15, smaller_is_better=True),
            singly,
            lambda r: r.p50_ms,
        ),
    )
    return Section(
        key="batcher",
        title="Batched durable writes",
        blocks=(
            _ABOUT.format(size=ROW_BYTES, version=database.server_version, pool=POOL_SIZE),
            comparison_table(comparisons, Way.BATCHER.value, Way.POOL.value),
        ),
        is_met=all(each.is_met for each in comparisons),
    )
