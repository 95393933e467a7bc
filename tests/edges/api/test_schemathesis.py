"""What the OpenAPI document promises, held against what the API does with generated requests."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from tests.support.api_world import running_api, token_for
from tests.support.practice_world import SettableClock, practice_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.edges.api.openapi import openapi_document
from licorne.edges.api.operation import Operation
from licorne.edges.api.operations import OPERATIONS

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    ignored_auth,
    unsupported_method,
)
EXAMPLES = 30


@dataclass(frozen=True)
class Served:
    url: str
    token: str
    clock: SettableClock


@contextmanager
def api_in_a_thread(cluster: EmbeddedPostgres, home: Path) -> Iterator[Served]:
    """Serve a practice's API in a loop of its own, for callers that block."""
    ready, stop = threading.Event(), asyncio.Event()
    found: list[Served] = []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with practice_world(cluster, home) as world, running_api(world) as api:
            alice = await world.add_member("Alice Member")
            async with world.owner.before_tenant() as connection:
                await connection.execute("UPDATE licorne.organization SET daily_quota = 1000000")
            token = await token_for(world, alice)
            found.append(Served(api.url, token.secret, world.clock))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
        loop.close()


@pytest.fixture(scope="module")
def served(cluster: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with api_in_a_thread(cluster, tmp_path_factory.mktemp("schemathesis")) as where:
        yield where


# A carrier's name can be any text, so that nothing about its webhook can be generated wrong.
CASES = [
    (operation, mode)
    for operation in OPERATIONS
    for mode in GenerationMode
    if (operation.id, mode) != ("carrier_event", GenerationMode.NEGATIVE)
]


@pytest.mark.parametrize(
    ("operation", "mode"), CASES, ids=[f"{one.id}-{mode.value}" for one, mode in CASES]
)
def test_the_api_keeps_what_its_document_promises(
    served: Served, operation: Operation, mode: GenerationMode
):
    served.clock.advance(timedelta(minutes=11))  # the check of wrong tokens uses its limit up
    document = msgspec.json.decode(openapi_document(served.url))
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"{served.url}/api/v1")
    described = schema[operation.path][operation.method.upper()]

    @given(case=described.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],  # shrinking a refused request costs minutes and tells little
        suppress_health_check=list(HealthCheck),
    )
    def call(case: schemathesis.Case) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {served.token}"}, checks=list(CHECKS), timeout=30
        )

    call()
