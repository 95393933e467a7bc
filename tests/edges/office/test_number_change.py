"""A member says that a number belongs to somebody else now, and what the office shows since."""

from tests.edges.office.member_client import member_client
from tests.support.office_world import OfficeWorld

NUMBER = "+12125550123"


async def test_the_practices_copies_stay_marked_and_can_not_be_answered(office: OfficeWorld):
    ada = await office.world.add_member("Ada Byron")
    old = (await office.world.send(ada, NUMBER, "Anne's words")).deliveries[0]
    async with office.world.owner.before_tenant() as connection:
        contact = await connection.fetchval("SELECT id FROM licorne.contact")
    async with member_client(office, ada) as client:
        where = f"/office/contacts/{contact}"
        await client.post(f"{where}/name", {"name": "Anne Old"})
        asked = await client.get(f"{where}/number-changed")
        assert ("Anne Old" in asked.text, "can’t be undone" in asked.text) == (True, True)
        refused = await client.post(f"{where}/number-changed", {"epoch": "1"})
        assert (refused.status_code, "Say how you know it." in refused.text) == (422, True)
        done = {"epoch": "1", "reason": "person_said"}
        assert (await client.post(f"{where}/number-changed", done)).status_code == 303
        card = await client.get(where)
        assert "Anne Old, who had this number before" in card.text
        assert '<h1 class="thread-name">Anne Old' not in card.text
        thread = await client.get(f"/office/mail/inbox/{old.thread}")
        assert "This number belongs to someone else now." in thread.text
        assert ("Anne Old" in thread.text, "Anne&#39;s words" in thread.text) == (True, True)
        assert 'name="text"' not in thread.text
        answer = await client.post(f"/office/mail/inbox/{old.thread}/answer", {"text": "for Anne"})
        assert answer.status_code == 404
        new = (await office.world.send(ada, NUMBER, "Ben's words")).deliveries[0]
        assert new.thread != old.thread
        fresh = await client.get(f"/office/mail/inbox/{new.thread}")
        shown = fresh.text.partition('class="thread"')[2]
        assert ("Anne" in shown, "Ben&#39;s words" in shown) == (False, True)
        inbox = await client.get("/office/mail/inbox")
        assert "Anne Old" in inbox.text
    assert "member:contact:number_changed_hands" in await office.world.audit_tags(ada.organization)
