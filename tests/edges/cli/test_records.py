"""`licorne records`: retention, holds, and certificates, from a terminal."""

import uuid

from tests.edges.cli.conftest import CommandLine

from licorne.application.keeping.destroy_records import DestroyNow
from licorne.application.member_acts import MemberActs
from licorne.domain.records.certificate import Cause


async def test_the_time_is_said_set_and_refused_with_a_sentence(licorne: CommandLine):
    assert (await licorne("records", "retention", "--json")).json == {"years": 6}
    refused = await licorne("records", "retention", "5")
    assert (refused.status, "at least 6 years" in refused.err) == (1, True)
    assert "for 10 years" in (await licorne("records", "retention", "10")).out
    assert ("member:retention:set", "done", "member") in await licorne.audit()


async def test_holds_and_certificates_are_listed(licorne: CommandLine):
    assert (await licorne("records", "holds")).out == "No holds.\n"
    assert (await licorne("records", "destroyed")).out == "Nothing was destroyed yet.\n"
    sent = await licorne("send", "+12125550123", "An old result.", "--json")
    assert sent.status == 0, sent.err
    added = await licorne("contact", "add", "+12125550123", "--name", "Carla Diaz", "--json")
    contact = uuid.UUID(added.json["id"])
    by = await licorne.use_cases.act_as()
    placed = await licorne.use_cases.holds.place(by, contact, None, "Case 4711")
    assert isinstance(placed, uuid.UUID)
    told = (await licorne("records", "holds")).out
    assert "Carla Diaz" in told
    assert "Case 4711" in told
    (row,) = (await licorne("records", "holds", "--json")).json
    assert (row["id"], row["contact"]) == (str(placed), str(contact))
    await licorne.use_cases.holds.release(by, placed, "Settled")
    destroy = DestroyNow(licorne.core.app, MemberActs(licorne.core.clock, licorne.core.randomness))
    await destroy(by, contact, None, Cause.ORDERED)
    (told,) = (await licorne("records", "destroyed", "--json")).json
    assert (told["count"], told["cause"]) == (1, "ordered")
    assert told["sha256"] in (await licorne("records", "destroyed")).out


async def test_whose_data_could_have_been_seen_is_told_by_member_and_by_way(licorne: CommandLine):
    await licorne("contact", "add", "+12125550123", "--name", "Carla Diaz")
    sent = await licorne("send", "+12125550123", "Your results are in.", "--json")
    assert sent.status == 0, sent.err
    asked = ("incident", "exposure", "--member", "alice@riverbend.example")
    told = (await licorne(*asked)).out
    assert "Carla Diaz" in told
    (row,) = (await licorne(*asked, "--json")).json
    assert (row["reach"], row["written"], row["number"]) == ("content", 1, "+12125550123")
    past = await licorne(*asked, "--since", "2020-01-01", "--until", "2020-01-02")
    assert past.out == "Nobody's.\n"
    assert (await licorne("incident", "exposure", "--through", str(uuid.uuid4()))).status == 0
    ways = await licorne("incident", "ways")
    assert (ways.status, "KIND" in ways.out) == (0, True)
    assert ("member:exposure:seen", "done", "member") in await licorne.audit()
