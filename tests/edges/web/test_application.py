from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from tests.edges.web.small_edge import small_router
from tests.support.web_server import serving, web_settings

from licorne.edges.web.application import build_app

SAME = {"Sec-Fetch-Site": "same-origin"}
COOKIE = {"Cookie": "__Host-contact-test=secret-session"}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(lambda url: build_app([small_router()], web_settings(url))) as url,
        httpx.AsyncClient(base_url=url) as made,
    ):
        yield made


async def csrf_token(client: httpx.AsyncClient) -> str:
    page = await client.get("/ask", headers=COOKIE)
    return page.text.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.parametrize("path", ["/ask", "/nowhere", "/broken", "/api/v1/refused", "/api/nowhere"])
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str):
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers
    assert "server" not in headers


async def test_https_installations_tell_browsers_to_stay_on_https():
    def make(url: str):
        return build_app([small_router()], web_settings(url.replace("http:", "https:")))

    async with serving(make) as url, httpx.AsyncClient(base_url=url) as client:
        assert "max-age=" in (await client.get("/ask")).headers["strict-transport-security"]


async def test_every_response_has_its_own_nonce(client: httpx.AsyncClient):
    policies = {(await client.get("/ask")).headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


async def test_a_head_request_gets_the_headers_and_no_body(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
):
    response = await client.head("/ask")
    assert response.status_code == 200
    assert response.content == b""
    assert int(response.headers["content-length"]) > 0
    assert caplog.records == []  # the server knew that no body would come


async def test_a_cross_site_form_is_refused(client: httpx.AsyncClient):
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {},
    ):
        response = await client.post("/before-log-in", data={"word": "x"}, headers=headers)
        assert response.status_code == 403, headers
        assert "another website" in response.text


async def test_our_own_form_is_taken_before_log_in(client: httpx.AsyncClient):
    for headers in (SAME, {"Sec-Fetch-Site": "none"}, {"Origin": str(client.base_url)}):
        response = await client.post("/before-log-in", data={"word": "x y"}, headers=headers)
        assert (response.status_code, response.text) == (200, "x y"), headers


async def test_a_form_needs_the_token_of_its_own_session(client: httpx.AsyncClient):
    token = await csrf_token(client)
    good = await client.post(
        "/answer", data={"csrf_token": token, "password": "p"}, headers=SAME | COOKIE
    )
    assert good.status_code == 200
    other = {"Cookie": "__Host-contact-test=other-session"}
    for data, headers in (
        ({"password": "p"}, SAME | COOKIE),
        ({"csrf_token": token + "x", "password": "p"}, SAME | COOKIE),
        ({"csrf_token": token, "password": "p"}, SAME | other),
        ({"csrf_token": "", "password": "p"}, SAME),
        ({"csrf_token": token, "password": "p"}, {"Sec-Fetch-Site": "cross-site"} | COOKIE),
    ):
        assert (await client.post("/answer", data=data, headers=headers)).status_code == 403


async def test_files_of_a_form_are_read_into_memory(client: httpx.AsyncClient):
    response = await client.post(
        "/answer",
        data={"csrf_token": await csrf_token(client), "password": "p"},
        files=[
            ("paper", ("a b.pdf", b"x" * 5000)),
            ("paper", ("ü.txt", b"")),
            ("paper", ("", b"")),
        ],
        headers=SAME | COOKIE,
    )
    assert response.text == "p|[('a b.pdf', 5000), ('ü.txt', 0)]"


async def test_a_body_over_the_limit_is_refused_with_a_sentence(client: httpx.AsyncClient):
    response = await client.post("/before-log-in", data={"word": "x" * 70_000}, headers=SAME)
    assert response.status_code == 413
    assert "larger than we can take" in response.text


async def test_a_malformed_form_is_a_friendly_400(client: httpx.AsyncClient):
    for kind, body in (
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Disposition: form-data; name=x\r\n\r\ncut",
        ),
        ("multipart/form-data", b"x"),
        ("application/x-www-form-urlencoded", b"word=\xff"),
        ("application/x-www-form-urlencoded", b"&a=1" * 500),
    ):
        response = await client.post(
            "/before-log-in", content=body, headers=SAME | {"Content-Type": kind}
        )
        assert response.status_code == 400, kind
        assert "<h1>" in response.text


async def test_people_get_pages_and_programs_get_problems(client: httpx.AsyncClient):
    page = await client.get("/nowhere")
    assert page.status_code == 404
    assert "<h1>Page not found</h1>" in page.text
    problem = await client.get("/api/nowhere")
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404
    refused = (await client.get("/api/v1/refused")).json()
    assert refused["type"] == "urn:licorne:problem:bad-number"
    assert refused["detail"] == "Check the number."
    assert refused["errors"] == [{"field": "/to/0", "sentence": "No such area"}]


async def test_a_refusal_of_a_partial_update_is_a_fragment(client: httpx.AsyncClient):
    response = await client.get("/refused/t", headers={"HX-Request": "true"})
    assert response.status_code == 410
    assert "<html" not in response.text
    assert response.headers["hx-retarget"] == "#announcement"


async def test_a_fault_of_ours_tells_its_text_to_nobody(client: httpx.AsyncClient):
    with structlog.testing.capture_logs() as lines:
        response = await client.get("/broken")
    assert response.status_code == 500
    assert "canary" not in response.text
    assert "canary" not in repr(lines)
    surprise = next(line for line in lines if line["event"] == "surprise")
    assert surprise["kind"] == "RuntimeError"
    assert surprise["reference"] in response.text


async def test_the_log_names_the_route_and_never_the_token_or_query(client: httpx.AsyncClient):
    with structlog.testing.capture_logs() as lines:
        await client.get("/refused/canary-token?name=canary-name", headers={"X-Canary": "canary-h"})
        await client.get("/canary-path")
    assert "canary" not in repr(lines)
    assert "127.0.0.1" not in repr(lines)
    assert [line["route"] for line in lines if line["event"] == "request"] == [
        "/refused/{token}",
        "(no such page)",
    ]


async def test_an_api_route_may_be_called_from_anywhere_when_it_says_so(client: httpx.AsyncClient):
    assert (await client.post("/api/v1/things")).status_code == 201


async def test_the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(
    client: httpx.AsyncClient,
):
    response = await client.get("/sign-in")
    assert response.status_code == 303
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-contact-test=secret-session;")
    for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert part.lower() in cookie.lower()
    assert "domain" not in cookie.lower()


async def test_an_attachment_is_saved_and_never_shown_as_a_page(client: httpx.AsyncClient):
    headers = (await client.get("/paper")).headers
    assert headers["content-type"].startswith("application/octet-stream")
    assert headers["content-disposition"] == (
        "attachment; filename=\"R_ntgen _1_.html\"; filename*=UTF-8''R%C3%B6ntgen%20%221%22.html"
    )
    assert "sandbox" in headers["content-security-policy"]


async def test_live_updates_carry_ids_only_and_stay_alive_between(client: httpx.AsyncClient):
    response = await client.get("/live")
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [part for part in response.text.split("\n\n") if part.startswith("event:")]
    assert events == [
        "event: thread\ndata: 00000000-0000-0000-0000-000000000001",
        "event: thread\ndata: 00000000-0000-0000-0000-000000000002",
    ]
    assert ": still here" in response.text


async def test_a_prefetching_browser_is_known_as_one(client: httpx.AsyncClient):
    assert (await client.get("/who")).text.endswith("False False")
    looking = await client.get("/who", headers={"Sec-Purpose": "prefetch;prerender"})
    assert looking.text.endswith("False True")


async def test_a_forwarded_address_is_believed_from_our_own_proxy_only(client: httpx.AsyncClient):
    forged = await client.get("/who", headers={"X-Forwarded-For": "203.0.113.9"})
    assert forged.text.startswith("127.0.0.1 ")
