"""Where there is no room nothing is taken, and once there is room all goes on by itself.

The file system's own refusal, by a limit on the size of files; PostgreSQL's by its own code.
`tests/release/full_disk.py` fills a whole disk.
"""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.api_world import Api, token_for

NUMBER = "+12125550123"
SAID = {"to": [NUMBER], "text": "Your pictures."}
LARGE = bytes(400_000)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Have the kernel refuse what is larger (RLIMIT_FSIZE of setrlimit(2))."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def post(api: Api, token: str):
    files = {"message": (None, _json(), "application/json"), "files": ("a.zip", LARGE)}
    return await api.call("POST", "/messages", token, files=files)


def _json() -> bytes:
    return b'{"to": ["+12125550123"], "text": "Your pictures."}'


async def test_a_file_without_room_is_507_and_the_next_one_is_taken(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    with files_of_at_most(100_000):
        refused = await post(api, token)
    assert (refused.status_code, refused.json()["type"]) == (507, "urn:licorne:problem:no-room")
    assert refused.headers["Retry-After"] == "60"
    assert [name async for name in api.world.blobs.names()] == []
    assert list((api.world.home / "blobs" / "incoming").iterdir()) == []
    assert (await post(api, token)).status_code == 201


async def test_a_full_database_is_507_and_the_next_message_is_taken(api: Api):
    token = (await token_for(api.world, await api.world.add_member("Alice Member"))).secret
    async with api.world.owner.before_tenant() as connection:
        for table in ("contact", "message"):
            await connection.execute(f"""
                CREATE FUNCTION full_disk_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;
                CREATE TRIGGER full_disk BEFORE INSERT ON licorne.{table}
                FOR EACH ROW EXECUTE FUNCTION full_disk_{table}();
            """)
        for table in ("contact", "message"):
            refused = await api.call("POST", "/messages", token, json=SAID)
            assert refused.json()["type"] == "urn:licorne:problem:no-room", table
            assert refused.status_code == 507
            await connection.execute(f"DROP TRIGGER full_disk ON licorne.{table}")
    assert (await api.call("POST", "/messages", token, json=SAID)).status_code == 201
