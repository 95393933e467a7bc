"""A team's conversation in the office, without JavaScript: taken, given, noted on, answered."""

import re
import uuid

from tests.edges.office.member_client import member_client
from tests.support.api_world import acting
from tests.support.office_world import OfficeWorld
from tests.support.practice_world import Person
from tests.support.team_world import keep_teams

from licorne.domain.identity.ids import TeamId
from licorne.domain.identity.role import Role

NUMBER = "+12125550123"


async def team_of(office: OfficeWorld, *members: Person) -> TeamId:
    owner = await office.world.add_member("Olivia Owens", Role.OWNER)
    by = await acting(office.world, owner, Role.OWNER)
    return await keep_teams(office.world).add(by, "Front desk", [one.id for one in members])


async def test_a_teams_conversation_is_begun_taken_noted_on_and_answered(office: OfficeWorld):
    ada, bob = await office.world.add_member("Ada Byron"), await office.world.add_member("Bob Hale")
    charlie = await office.world.add_member("Charlie Fox")
    team = await team_of(office, ada, bob)
    async with member_client(office, ada) as client:
        assert "Front desk" in (await client.get("/office/compose")).text
        form = {"to": NUMBER, "text": "Your results are in.", "inbox": str(team)}
        where = (await client.post("/office/compose", form)).headers["location"]
        thread = where.rpartition("/")[2]
        shown = (await client.get(where)).text
        assert "Nobody looks after it yet." in shown
        assert (await client.post(f"{where}/assign", {"to": str(ada.id)})).status_code == 303
        assert "Yours to look after." in (await client.get(where)).text
        noted = await client.post(f"{where}/note", {"note": "She prefers calls."})
        assert noted.headers["location"].endswith(f"{thread}#notes")
    async with member_client(office, bob) as client:
        shown = (await client.get(where)).text
        assert "Ada Byron looks after it." in shown
        assert "She prefers calls." in re.sub(r'(?s).*<section class="notes"', "", shown)
        answered = await client.post(f"{where}/answer", {"text": "And one thing more."})
        assert answered.headers["location"] == where  # the team's own, not a new one
        mine = "/office/mail/mine"
        assert (await client.post(f"{mine}/{thread}/assign", {"to": ""})).status_code == 303
        assert thread in (await client.get("/office/mail/unassigned")).text
        assert thread not in (await client.get(mine)).text
        refused = await client.post(f"{where}/assign", {"to": str(charlie.id)})
        assert (refused.status_code, "somebody of the team" in refused.text) == (422, True)
        assert (await client.post(f"{where}/note", {"note": " "})).status_code == 422
    async with member_client(office, charlie) as client:
        for path, form in (
            (f"{where}/assign", {"to": str(charlie.id)}),
            (f"{where}/note", {"note": "Mine?"}),
            (f"{where}/assign", {"to": "no id"}),
            (f"/office/mail/inbox/{uuid.uuid4()}/note", {"note": "x"}),
        ):
            assert (await client.post(path, form)).status_code == 404, path
        form = {"to": NUMBER, "text": "Not for the team.", "inbox": str(team)}
        own = (await client.post("/office/compose", form)).headers["location"]
        assert own != where
        assert "looks after it" not in (await client.get(own)).text
