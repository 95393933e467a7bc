"""The matrix of roles and routes, made from the table of permissions (threat 11).

What is asked for doesn't exist, so an answer other than 403 says only that the role may ask.
"""

import re
import uuid

import pytest
from litestar import Litestar
from tests.edges.office.member_client import COOKIE, MemberClient, member_client
from tests.support.office_world import OfficeWorld

from licorne.domain.identity.permission import ALLOWED, GOVERNED, Permission
from licorne.domain.identity.role import Role
from licorne.edges.office.route_permissions import NEEDS
from licorne.edges.office.router import build_router

SOME = uuid.UUID(int=7)
ENDS_THE_SESSION = {("POST", "/office/sign-out")}
TOLD = "Your account may not do this"


def shown(template: str) -> str:
    """The path of a route, with ids of nothing."""
    path = template.replace("{name}", "inbox").replace("{part}", "1").replace("{kind}", "session")
    return re.sub(r"\{\w+\}", str(SOME), path)


def test_every_route_of_the_office_has_a_row_and_every_row_a_route():
    app = Litestar([build_router(None, None)])  # type: ignore[arg-type]
    routes = {
        (method, route.path_format)
        for route in app.routes
        if route.path.startswith("/office")
        for method in route.methods - {"OPTIONS"}
    }
    assert routes == set(NEEDS)


def test_every_permission_names_who_has_it_and_an_owner_has_all():
    assert set(ALLOWED) == set(Permission)
    assert all(Role.OWNER in roles for roles in ALLOWED.values())
    assert set(GOVERNED) == set(Role)


def test_nobody_governs_who_could_undo_it():
    for role in Role:
        if role is not Role.OWNER:
            assert not GOVERNED[role] & {Role.OWNER, Role.OFFICER}, role


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_opens_the_routes_that_its_row_gives_and_no_other(
    office: OfficeWorld, role: Role
):
    await office.world.found()
    person = await office.world.add_member(f"The {role.value}", role)
    async with member_client(office, person) as client:
        for route, needed in NEEDS.items():
            if needed is None or route in ENDS_THE_SESSION:
                continue
            status, text = await ask(client, *route)
            assert (TOLD in text) == (role not in ALLOWED[needed]), (role, route, status)
            assert (status == 403) == (role not in ALLOWED[needed]), (role, route, status)
        assert (await client.post("/office/sign-out")).status_code == 303


async def ask(client: MemberClient, method: str, template: str) -> tuple[int, str]:
    path = shown(template)
    if method == "POST":
        answer = await client.post(path)
        return answer.status_code, answer.text
    if path != "/office/live":
        answer = await client.get(path)
        return answer.status_code, answer.text
    headers = {"Cookie": f"{COOKIE}={client.cookie}"}
    async with client.http.stream("GET", path, headers=headers) as stream:
        refused = stream.status_code == 403
        return stream.status_code, (await stream.aread()).decode() if refused else ""


async def test_a_refusal_is_in_the_trail_with_what_was_needed(office: OfficeWorld):
    auditor = await office.world.add_member("Audra Auditor", Role.AUDITOR)
    async with member_client(office, auditor) as client:
        await client.token()
        assert (await client.get("/office/contacts")).status_code == 403
    async with office.world.owner.before_tenant() as connection:
        row = await connection.fetchrow(
            "SELECT actor_id, outcome, detail FROM licorne.audit_event"
            " WHERE tag = 'member:access:refused' ORDER BY at DESC LIMIT 1"
        )
    assert tuple(row) == (auditor.id, "refused", "contacts_see")


async def test_an_auditor_reads_the_trail_without_patients_names_and_numbers(
    office: OfficeWorld,
):
    """45 CFR 164.502(b): the minimum necessary."""
    world = office.world
    owner = await world.found()
    auditor = await world.add_member("Audra Auditor", Role.AUDITOR)
    async with member_client(office, owner) as client:
        added = {"number": "+12125550123", "name": "Carla Diaz"}
        card = (await client.post("/office/contacts/new", added)).headers["location"]
        seen = (await client.get("/office/audit")).text
        assert "Carla Diaz" in seen
    async with member_client(office, auditor) as client:
        assert (await client.get("/office")).headers["location"] == "/office/audit"
        seen = (await client.get("/office/audit")).text
        assert "Carla" not in seen
        assert "555" not in seen
        assert f"Contact {card.rpartition('/')[2].replace('-', '')[-6:]}" in seen
        assert card not in seen
