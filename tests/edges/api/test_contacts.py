from datetime import timedelta

from tests.support.api_world import Api, token_for

from licorne.domain.identity.api_token import Scope

NUMBER = "+12125550123"


async def writer(api: Api) -> str:
    return (await token_for(api.world, await api.world.add_member("Alice Member"))).secret


async def test_a_contact_is_added_found_again_and_removed(api: Api):
    token = await writer(api)
    added = await api.call("POST", "/contacts", token, json={"number": NUMBER, "name": "Maria R."})
    assert added.status_code == 201
    told = added.json()
    assert (told["number"], told["name"], told["texting"]) == (NUMBER, "Maria R.", True)
    assert added.headers["location"] == f"/api/v1/contacts/{told['id']}"
    assert (await api.call("GET", f"/contacts/{told['id']}", token)).json() == told
    again = await api.call("POST", "/contacts", token, json={"number": NUMBER})
    assert (again.status_code, again.json()) == (200, told)
    removed = await api.call("DELETE", f"/contacts/{told['id']}", token)
    assert (removed.status_code, removed.content) == (204, b"")
    assert (await api.call("GET", f"/contacts/{told['id']}", token)).status_code == 404
    assert (await api.call("DELETE", f"/contacts/{told['id']}", token)).status_code == 404
    back = await api.call("POST", "/contacts", token, json={"number": NUMBER})
    assert (back.status_code, back.json()["id"]) == (201, told["id"])


async def test_every_act_on_a_contact_stands_in_the_trail(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice)).secret
    contact = (await api.call("POST", "/contacts", token, json={"number": NUMBER})).json()["id"]
    await api.call("GET", f"/contacts/{contact}", token)
    await api.call("PATCH", f"/contacts/{contact}", token, json={"name": "M", "texting": False})
    await api.call("PATCH", f"/contacts/{contact}", token, json={"texting": True})
    await api.call("DELETE", f"/contacts/{contact}", token)
    tags = await api.world.audit_tags(alice.organization)
    assert tags[-6:] == [
        "member:contact:added",
        "service:contact:seen",
        "member:contact:changed",
        "member:texting:stopped",
        "member:texting:started",
        "member:contact:removed",
    ]


async def test_a_contacts_language_is_set_changed_and_taken_away(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice)).secret
    body = {"number": NUMBER, "language": "es"}
    told = (await api.call("POST", "/contacts", token, json=body)).json()
    assert told["language"] == "es"
    path = f"/contacts/{told['id']}"
    for asked, kept in (
        ({"name": "M"}, "es"),
        ({"language": "en"}, "en"),
        ({"language": None}, None),
    ):
        assert (await api.call("PATCH", path, token, json=asked)).json()["language"] == kept
        assert (await api.call("GET", path, token)).json()["language"] == kept
    unknown = await api.call("PATCH", path, token, json={"language": "tlh"})
    assert unknown.status_code == 422
    assert unknown.json()["errors"][0]["field"] == "/language"
    again = await api.call("POST", "/contacts", token, json=body)
    assert (again.status_code, again.json()["language"]) == (200, "es")
    tags = await api.world.audit_tags(alice.organization)
    assert tags.count("member:contact:changed") == 5


async def test_a_program_is_told_what_is_wrong_in_the_language_that_it_asks_for(api: Api):
    token = await writer(api)
    answer = await api.call(
        "POST", "/contacts", token, json={"number": "12"}, headers={"Accept-Language": "es-US"}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["sentence"].startswith("12 ")
    assert "número" in answer.json()["errors"][0]["sentence"]


async def test_contacts_come_in_pages_newest_first(api: Api):
    token = await writer(api)
    numbers = [f"+1212555{last:04}" for last in range(100, 105)]
    for number in numbers:
        await api.call("POST", "/contacts", token, json={"number": number})
        api.world.clock.advance(timedelta(milliseconds=5))
    seen, path = [], "/contacts?limit=2"
    while path:
        answer = await api.call("GET", path, token)
        page = answer.json()
        seen += [one["number"] for one in page["contacts"]]
        path = page["next_cursor"] and f"/contacts?limit=2&cursor={page['next_cursor']}"
        assert ("link" in answer.headers) == bool(path)
    assert seen == numbers[::-1]


async def test_what_a_person_stopped_themself_no_program_starts(api: Api):
    token = await writer(api)
    contact = (await api.call("POST", "/contacts", token, json={"number": NUMBER})).json()["id"]
    async with api.world.owner.before_tenant() as connection:
        await connection.execute(
            "UPDATE licorne.contact SET opted_out_at = now(), opted_out_by = 'contact'"
        )
    answer = await api.call("PATCH", f"/contacts/{contact}", token, json={"texting": True})
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:licorne:problem:texting-stopped-by-contact"
    shown = (await api.call("GET", f"/contacts/{contact}", token)).json()
    assert (shown["texting"], shown["texting_stopped_by"]) == (False, "contact")


async def test_a_field_that_isnt_sent_stays_and_null_takes_the_name_away(api: Api):
    token = await writer(api)
    new = {"number": NUMBER, "name": "Maria"}
    contact = (await api.call("POST", "/contacts", token, json=new)).json()["id"]
    kept = await api.call("PATCH", f"/contacts/{contact}", token, json={})
    assert kept.json()["name"] == "Maria"
    gone = await api.call("PATCH", f"/contacts/{contact}", token, json={"name": None})
    assert gone.json()["name"] is None


async def test_a_bad_number_or_name_is_refused_in_its_field(api: Api):
    token = await writer(api)
    for body, field in (
        ({"number": "911"}, "/number"),
        ({"number": "x@elsewhere.example"}, "/number"),
        ({"number": NUMBER, "name": "x" * 121}, "/name"),
        ({"number": NUMBER, "nmae": "x"}, "/nmae"),
    ):
        answer = await api.call("POST", "/contacts", token, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_reading_contacts_doesnt_allow_changing_them(api: Api):
    alice = await api.world.add_member("Alice Member")
    token = (await token_for(api.world, alice, Scope.SEE_CONTACTS)).secret
    assert (await api.call("GET", "/contacts", token)).status_code == 200
    answer = await api.call("POST", "/contacts", token, json={"number": NUMBER})
    assert answer.status_code == 403
