"""Out of office: members say it in the office, contacts read it beside the crisis wording."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from tests.edges.office.member_client import member_client
from tests.support.api_world import acting
from tests.support.office_world import OfficeWorld
from tests.support.pickup_world import COOKIE
from tests.support.team_world import TeamWorld, keep_teams, team_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.domain.identity.role import Role
from licorne.domain.message.absence import Absence, day_there
from licorne.domain.message.thread import Inbox, OwnerKind

WORDS = "I am away. Dr. Okafor looks after my patients."


@pytest_asyncio.fixture
async def team(cluster: EmbeddedPostgres, tmp_path: Path) -> AsyncIterator[TeamWorld]:
    async with team_world(cluster, tmp_path) as world:
        yield world


def today(world: OfficeWorld | TeamWorld) -> date:
    return day_there(world.world.clock.now(), "America/New_York")


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", 20), ("Asia/Tokyo", 21), ("nowhere", 21), ("Pacific/Honolulu", 20)],
)
def test_days_are_those_of_the_practices_time_zone(zone: str, day: int):
    at = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
    assert day_there(at, zone).day == day
    assert Absence(date(2026, 11, day), date(2026, 11, day), "x").is_on(day_there(at, zone))


async def test_contacts_see_it_where_they_write_and_after_and_the_crisis_wording_stays(
    team: TeamWorld,
):
    pickup = team.replies.pickup
    thread = await team.write(team.ada)
    token = await pickup.send("Of my own.", number="+12125550199")
    await team.reply(thread)
    await team.replies.reply(token)
    ada = await team.as_member(team.ada)
    inbox, day = Inbox(OwnerKind.TEAM, team.team), today(team)
    later = Absence(day + timedelta(days=1), day + timedelta(days=9), WORDS)
    now = Absence(day, day + timedelta(days=1), WORDS)

    async def pages(of: str) -> str:
        row = await pickup.row(of)
        cookie, path = team.replies._claimed[row["mailbox_id"]], f"/m/{row['mailbox_id']}"
        shown = []
        async with pickup.serving() as url, httpx.AsyncClient(base_url=url) as http:
            for more in ("", "/sent"):
                answer = await http.get(
                    f"{path}/{row['id']}{more}", headers={"Cookie": f"{COOKIE}={cookie}"}
                )
                assert answer.status_code == 200
                shown.append(answer.text)
        assert "988" in shown[0]
        assert (WORDS in shown[0]) == (WORDS in shown[1])
        return shown[0]

    async def an_hour() -> None:
        team.world.clock.advance(timedelta(minutes=1))  # what was known of today is asked anew

    of_team = team.tokens[thread]
    assert "Out of the office" not in await pages(of_team)
    assert await team.office.rules.be_away(ada, inbox, later) is None
    await an_hour()
    assert WORDS not in await pages(of_team)
    assert await team.office.rules.be_away(ada, inbox, now) is None
    await an_hour()
    shown = await pages(of_team)
    assert (WORDS in shown, "Out of the office until" in shown) == (True, True)
    assert WORDS not in await pages(token)  # Ada's own inbox isn't the team's
    assert await team.office.rules.be_away(ada, inbox, None) is None
    await an_hour()
    assert WORDS not in await pages(of_team)


async def test_a_member_keeps_their_own_and_their_teams_and_an_owner_every_teams(
    office: OfficeWorld,
):
    ada, charlie = (
        await office.world.add_member("Ada Byron"),
        await office.world.add_member("Charlie Fox"),
    )
    owner = await office.world.add_member("Olivia Owens", Role.OWNER)
    team = await keep_teams(office.world).add(
        await acting(office.world, owner, Role.OWNER), "Front desk", [ada.id]
    )
    day = today(office)
    form = {"from_day": str(day), "to_day": str(day), "wording": WORDS}
    async with member_client(office, ada) as client:
        for inbox in (ada.id, team):
            path = f"/office/away/{inbox}"
            assert (await client.get(path)).status_code == 200
            shown = (await client.post(f"{path}/absence", form)).text
            assert (WORDS in shown, "End it now" in shown) == (True, True)
            assert "End it now" not in (await client.post(f"{path}/absence", {"end": "yes"})).text
            for wrong in (
                {"to_day": str(day - timedelta(days=1)), "from_day": str(day - timedelta(days=2))},
                {"from_day": str(day + timedelta(days=1))},
                {"to_day": "soon"},
                {"to_day": str(day + timedelta(days=500))},
                {"wording": " "},
                {"wording": "x" * 501},
            ):
                answer = await client.post(f"{path}/absence", {**form, **wrong})
                assert (answer.status_code, "There is a problem" in answer.text) == (422, True)
            chosen = {"hours": "4", "to": str(charlie.id)}
            told = (await client.post(f"{path}/escalation", chosen)).text
            assert "Charlie Fox doesn’t read this inbox" in told
            assert (await client.post(f"{path}/escalation", {"hours": "4"})).status_code == 422
            off = (await client.post(f"{path}/escalation", {"hours": "0"})).text
            assert "doesn’t read this inbox" not in off
        assert (await client.get(f"/office/away/{charlie.id}")).status_code == 404
    async with member_client(office, owner) as client:
        assert (await client.get(f"/office/away/{team}")).status_code == 200
        assert (await client.get(f"/office/away/{ada.id}")).status_code == 404
    async with member_client(office, charlie) as client:
        for path in (f"/office/away/{team}", f"/office/away/{team}/absence"):
            get = not path.endswith("absence")
            answer = await client.get(path) if get else await client.post(path, form)
            assert answer.status_code == 403, path
    tags = await office.world.audit_tags(ada.organization)
    assert tags.count("member:inbox_rules:changed") == 8
    assert "member:access:refused (refused)" in tags
