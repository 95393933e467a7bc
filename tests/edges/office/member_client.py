"""A member's browser without a window: keeps the session cookie, sends forms as pages do."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person

COOKIE = "__Host-office-test"
SAME = {"Sec-Fetch-Site": "same-origin"}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class MemberClient:
    def __init__(self, http: httpx.AsyncClient, cookie: str) -> None:
        self.http = http
        self.cookie = cookie
        self._token = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers={**self._cookie(), **headers})

    async def post(
        self, path: str, data: dict[str, str] | None = None, **others: Any
    ) -> httpx.Response:
        """Send a form with its CSRF token, as a page of ours would."""
        token = others.pop("token", None) or await self.token()
        return await self.http.post(
            path,
            data={"csrf_token": token, **(data or {})},
            headers={**self._cookie(), **SAME, **others.pop("headers", {})},
            **others,
        )

    async def token(self) -> str:
        if not self._token:
            page = await self.get((await self.get("/office")).headers["location"])
            found = _TOKEN.search(page.text)
            assert found is not None, page.text[:500]
            self._token = found[1]
        return self._token

    def _cookie(self) -> dict[str, str]:
        # By hand: the client's jar keeps a Secure cookie from plain HTTP, where browsers make an
        # exception for localhost.
        return {"Cookie": f"{COOKIE}={self.cookie}"}


@asynccontextmanager
async def member_client(office: OfficeWorld, person: Person) -> AsyncIterator[MemberClient]:
    signed_in = await office.world.sign_in(person)
    async with httpx.AsyncClient(base_url=office.url, timeout=20) as http:
        yield MemberClient(http, signed_in.cookie)
