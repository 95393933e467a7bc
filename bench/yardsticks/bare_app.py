"""The bare web application: Starlette on uvicorn, uvloop, httptools and asyncpg, and nothing else.

``POST /messages`` inserts the body's text as one row, committed durably before the 201. ``GET
/messages/{id}`` looks up the cookie's session, selects the message and renders a Jinja template. No
policy, no encryption, no audit, no idempotency: what a web application on this stack costs at
least. One process, as the product's web role. Run as ``python -m bench.yardsticks.bare_app``;
prints its port.
"""

import asyncio
import hashlib
import os
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import jinja2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

POOL_SIZE = 16
COOKIE = "session"

SCHEMA = """
CREATE TABLE IF NOT EXISTS bare_message (
    id uuid PRIMARY KEY, recipient text NOT NULL, body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS bare_session (
    token_hash bytea PRIMARY KEY, contact text NOT NULL, expires_at timestamptz NOT NULL);
"""
_INSERT = "INSERT INTO bare_message (id, recipient, body) VALUES ($1, $2, $3)"
_FIND_SESSION = "SELECT contact FROM bare_session WHERE token_hash = $1 AND expires_at > now()"
_FIND_MESSAGE = "SELECT body, created_at FROM bare_message WHERE id = $1 AND recipient = $2"


def build_app(pool: asyncpg.Pool) -> Starlette:
    """Return the application over a pool that is opened and closed with it."""
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True
    )
    message_page = pages.get_template("message.html")

    async def create(request: Request) -> Response:
        body = await request.json()
        message_id = uuid.uuid4()
        await pool.execute(_INSERT, message_id, body["to"][0], body["text"])
        return JSONResponse({"id": str(message_id)}, status_code=201)

    async def view(request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        async with pool.acquire() as connection:
            contact = await connection.fetchval(
                _FIND_SESSION, hashlib.sha256(token.encode()).digest()
            )
            if contact is None:
                return PlainTextResponse("no session", status_code=401)
            message = await connection.fetchrow(
                _FIND_MESSAGE, uuid.UUID(request.path_params["message_id"]), contact
            )
        if message is None:
            return PlainTextResponse("no such message", status_code=404)
        return HTMLResponse(message_page.render(body=message[0], sent_at=message[1]))

    @asynccontextmanager
    async def open_pool(_: Starlette) -> AsyncIterator[None]:
        async with pool:
            yield

    return Starlette(
        routes=[
            Route("/messages", create, methods=["POST"]),
            Route("/messages/{message_id}", view),
        ],
        lifespan=open_pool,
    )


def main() -> None:
    """Serve until terminated."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)  # now, so that whoever reads the port can connect before the pool is open
    print(listener.getsockname()[1], flush=True)

    async def serve() -> None:
        pool = asyncpg.create_pool(
            os.environ["BARE_APP_DATABASE_URL"],
            min_size=POOL_SIZE,
            max_size=POOL_SIZE,
            server_settings={"search_path": os.environ["BARE_APP_SCHEMA"]},
        )
        config = uvicorn.Config(
            build_app(pool), loop="uvloop", http="httptools", access_log=False, log_level="warning"
        )
        await uvicorn.Server(config).serve(sockets=[listener])

    with asyncio.Runner(loop_factory=_uvloop) as runner:
        runner.run(serve())


def _uvloop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


if __name__ == "__main__":
    main()
