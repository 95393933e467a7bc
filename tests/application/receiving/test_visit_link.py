from datetime import timedelta

from tests.support.pickup_world import PickupWorld

from licorne.application.receiving.ask_fresh_link import PER_CONTACT
from licorne.domain.pickup.door import Door


async def test_looking_fifty_times_uses_nothing_up_and_leaves_one_observation(pickup: PickupWorld):
    """Threat 5."""
    token = await pickup.send()
    before = await pickup.row(token)
    for _ in range(50):
        visit = await pickup.use.visit(token, None)
        assert visit.door is Door.SET_PASSWORD
    after = await pickup.row(token)
    changed = {key for key in before.keys() if before[key] != after[key]}  # noqa: SIM118
    assert changed == {"state"}
    assert (await pickup.story(token)).count("link_fetched") == 1
    assert (await pickup.audit()).count("contact:link:fetched") == 1
    assert await pickup.owner.fetchval("SELECT count(*) FROM rate_bucket") == 0
    await pickup.claim(token)


async def test_a_prefetch_leaves_no_observation(pickup: PickupWorld):
    token = await pickup.send()
    await pickup.use.visit(token, None, observed=False)
    assert (await pickup.story(token)) == ["accepted"]


async def test_a_guessed_or_damaged_token_leads_nowhere(pickup: PickupWorld):
    token = await pickup.send()
    for wrong in (token[:-1], token + "x", token.swapcase(), "0" * 22, "", "../../etc", "ä" * 22):
        assert (await pickup.use.visit(wrong, None)).door is Door.UNKNOWN, wrong


async def test_an_expired_link_does_not_let_anyone_claim(pickup: PickupWorld):
    token = await pickup.send()
    short = await pickup.link(await pickup.delivery(token), lifetime=timedelta(days=1))
    pickup.world.clock.advance(timedelta(days=2))
    assert (await pickup.use.visit(short, None)).door is Door.LINK_EXPIRED
    assert (
        type(await pickup.use.claim(short, "seven green kettles", None, None)).__name__
        == "NotClaimable"
    )
    assert (await pickup.use.visit(token, None)).door is Door.SET_PASSWORD


async def test_a_fresh_link_is_sent_to_the_number_on_file_and_not_too_often(pickup: PickupWorld):
    token = await pickup.send()
    asked = [
        await pickup.use.ask_fresh_link.by_link(token, address="203.0.113.1") for _ in range(5)
    ]
    assert asked == [True] * PER_CONTACT.most + [False] * (5 - PER_CONTACT.most)
    jobs = await pickup.owner.fetchval(
        "SELECT count(*) FROM jobs.pgqueuer WHERE convert_from(payload, 'utf8') LIKE '%fresh_link%'"
    )
    assert jobs == PER_CONTACT.most


async def test_a_link_that_nobody_knows_asks_nobody(pickup: PickupWorld):
    assert await pickup.use.ask_fresh_link.by_link("0" * 22, address="203.0.113.1")
    await pickup.use.ask_fresh_link.settle()
    assert await pickup.owner.fetchval("SELECT count(*) FROM jobs.pgqueuer") == 0


async def test_a_known_number_gets_a_fresh_link_and_an_unknown_one_the_same_answer(
    pickup: PickupWorld,
):
    """Threat 22."""
    await pickup.send()
    before = await pickup.owner.fetchval("SELECT count(*) FROM jobs.pgqueuer")
    answers = [
        await pickup.use.ask_fresh_link.by_number(typed, address="203.0.113.1")
        for typed in ("212-555-0123", "212-555-0199", "not a number", "+1 (212) 555-0123")
    ]
    await pickup.use.ask_fresh_link.settle()
    assert answers == [True] * 4
    assert await pickup.owner.fetchval("SELECT count(*) FROM jobs.pgqueuer") == before + 2


async def test_texts_can_be_stopped_from_the_link_without_a_password(pickup: PickupWorld):
    token = await pickup.send()
    assert await pickup.use.stop_texting.by_link(token, address="203.0.113.1")
    assert await pickup.owner.fetchval("SELECT opted_out_by FROM contact") == "contact"
    assert "contact:texting:stopped" in await pickup.audit()
