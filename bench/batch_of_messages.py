"""How long a batch of 1,000 messages takes, against 1,000 plain rows inserted one by one.

python -m bench.batch_of_messages

It starts a demo of its own. The rows are the yardstick: the same disk, the same PostgreSQL, in the
same minute; each is a transaction of its own, as a program that sends message by message pays it.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx

from bench.product import running_demo

MESSAGES = 1000
ROUNDS = 3


def messages(of_round: str) -> list[dict[str, object]]:
    return [
        {
            "to": [f"+1212{2_000_000 + number:07}"],
            "text": f"Your results of visit {number} are in. " * 5,
            "idempotency_key": f"{of_round}-{number}",
        }
        for number in range(MESSAGES)
    ]


async def send_batch(api_url: str, token: str, of_round: str) -> float:
    async with httpx.AsyncClient(timeout=120) as client:
        body = {"messages": messages(of_round)}
        began = time.perf_counter()
        answer = await client.post(
            f"{api_url}/messages/batch", json=body, headers={"Authorization": f"Bearer {token}"}
        )
        took = time.perf_counter() - began
    told = answer.raise_for_status().json()
    if told["created"] != MESSAGES:
        raise SystemExit(f"{told['refused']} of {MESSAGES} messages were refused")
    return took


async def insert_rows(database_url: str) -> float:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("CREATE TABLE yardstick (id integer PRIMARY KEY, body bytea)")
        began = time.perf_counter()
        for number in range(MESSAGES):
            await connection.execute("INSERT INTO yardstick VALUES ($1, $2)", number, bytes(1200))
        return time.perf_counter() - began
    finally:
        await connection.execute("DROP TABLE yardstick")
        await connection.close()


async def measure(api_url: str, token: str, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE licorne.organization SET daily_quota = 1000000")
    await connection.close()
    rows = await insert_rows(database_url)
    print(f"{MESSAGES} rows one by one: {rows:.2f} s")
    for of_round in range(ROUNDS):
        who = "to people met for the first time" if of_round == 0 else "to people known"
        took = await send_batch(api_url, token, str(of_round))
        print(f"{MESSAGES} messages in a batch, {who}: {took:.2f} s, {took / rows:.2f} of the rows")


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="licorne-batch-") as place,
        running_demo(Path(place) / "home") as demo,
    ):
        about = demo.addresses
        asyncio.run(measure(about.api_url, about.api_token, about.database_url))


if __name__ == "__main__":
    main()
