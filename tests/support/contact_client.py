"""A contact's browser without a window: keeps the session cookie, sends forms as pages do."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx

SAME = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "seven green kettles"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class ContactClient:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self.cookies: dict[str, str] = {}

    async def get(self, url: str) -> httpx.Response:
        """Fetch a page, following where it leads."""
        return await self._followed(await self._http.get(url, headers=self._headers()))

    async def post(self, url: str, data: dict[str, str], **others) -> httpx.Response:
        answer = await self._http.post(
            url, data=data, headers={**SAME, **self._headers()}, **others
        )
        return await self._followed(answer)

    async def claim(self, link: str, password: str = PASSWORD) -> httpx.Response:
        """Set the first password; the answer is the message."""
        return await self.post(
            f"/m/link/{link.rpartition('/')[2]}/password", {"password": password}
        )

    def stream(self, url: str) -> AbstractAsyncContextManager[httpx.Response]:
        """Fetch a file piece by piece."""
        return self._http.stream("GET", url, headers=self._headers())

    async def reply(self, page: httpx.Response, text: str, **others) -> httpx.Response:
        token = _TOKEN.search(page.text)
        assert token is not None, page.text
        return await self.post(
            f"{page.url.path}/reply", {"csrf_token": token[1], "reply": text}, **others
        )

    async def _followed(self, answer: httpx.Response) -> httpx.Response:
        while True:
            for line in answer.headers.get_list("set-cookie"):
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            if answer.status_code not in {302, 303}:
                return answer
            answer = await self._http.get(answer.headers["location"], headers=self._headers())

    def _headers(self) -> dict[str, str]:
        # By hand: the client's jar keeps a Secure cookie from plain HTTP, where browsers make an
        # exception for localhost.
        live = {name: value for name, value in self.cookies.items() if value}
        return {"Cookie": "; ".join(f"{n}={v}" for n, v in live.items())} if live else {}


@asynccontextmanager
async def contact_client(base_url: str) -> AsyncIterator[ContactClient]:
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as http:
        yield ContactClient(http)
