"""Two who govern each other at the same moment: the first succeeds, the second is somebody gone."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from tests.support.api_world import acting, service_of_a_team
from tests.support.practice_world import Person, PracticeWorld

from licorne.application.governing.govern_members import GovernMembers, MemberChange
from licorne.application.governing.let_go import LetGo, LetGone, WhyStay
from licorne.application.governing.team_keys import TeamKeys
from licorne.domain.identity.role import Role
from licorne.domain.message.thread import Inbox, OwnerKind

WAITING = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"


def letting_go(world: PracticeWorld) -> LetGo:
    keys = TeamKeys(world.keyring, world.directory, world.clock, world.randomness)
    return LetGo(world.app, keys, world.record_holders, world.acts)


async def at_one_moment(world: PracticeWorld, person: Person, *acts: Awaitable[object]) -> list:
    """Begin all while somebody's row is locked, so that each has begun before any can go on."""
    async with world.owner.tenant(person.organization) as held:
        await held.execute("SELECT FROM licorne.member WHERE id = $1 FOR UPDATE", person.id)
        begun = [asyncio.ensure_future(act) for act in acts]
        async with asyncio.timeout(20):
            while await held.fetchval(WAITING) + sum(act.done() for act in begun) < len(begun):
                await asyncio.sleep(0.02)
    return await asyncio.gather(*begun)


async def let_go(world: PracticeWorld, by: Person, whom: Person, to: Person) -> object:
    successor = Inbox(OwnerKind.MEMBER, to.id)
    return await letting_go(world)(await acting(world, by, Role.OWNER), whom.id, successor)


async def suspend(world: PracticeWorld, by: Person, whom: Person, _to: Person) -> object:
    govern = GovernMembers(world.app, world.keyring, world.acts)
    return await govern.suspend(await acting(world, by, Role.OWNER), whom.id)


Act = Callable[[PracticeWorld, Person, Person, Person], Awaitable[object]]


@pytest.mark.parametrize("act", [let_go, suspend])
async def test_of_two_owners_who_end_each_other_at_one_moment_one_stays(
    world: PracticeWorld, act: Act
):
    founder = await world.found()
    one = await world.add_member("Olive Owner", Role.OWNER)
    other = await world.add_member("Oscar Owner", Role.OWNER)
    done = await at_one_moment(
        world, founder, act(world, one, other, founder), act(world, other, one, founder)
    )
    refused = {WhyStay.NOT_ALLOWED, MemberChange.NOT_ALLOWED}
    assert sum(result in refused for result in done) == 1, done
    assert sum(isinstance(one, LetGone) or one is MemberChange.DONE for one in done) == 1, done
    async with world.owner.before_tenant() as connection:
        here = await connection.fetchval(
            "SELECT count(*) FROM licorne.member WHERE role = 'owner'"
            " AND removed_at IS NULL AND suspended_at IS NULL"
        )
    assert here == 2
    tags = await world.audit_tags(founder.organization)
    assert sum(tag.endswith("(refused)") for tag in tags) == 1


async def test_nobody_takes_over_who_is_let_go_at_the_same_moment(world: PracticeWorld):
    founder = await world.found()
    second = await world.add_member("Olive Owner", Role.OWNER)
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    done = await at_one_moment(
        world, founder, let_go(world, founder, ada, bob), let_go(world, second, bob, ada)
    )
    assert sum(result is WhyStay.NO_SUCCESSOR for result in done) == 1, done


async def test_a_team_whose_last_two_leave_at_one_moment_still_has_somebody(world: PracticeWorld):
    founder = await world.found()
    second = await world.add_member("Olive Owner", Role.OWNER)
    ada, bob = await world.add_member("Ada Byron"), await world.add_member("Bob Babbage")
    await service_of_a_team(world, founder, ada, bob)
    await at_one_moment(
        world, founder, let_go(world, founder, ada, second), let_go(world, second, bob, founder)
    )
    async with world.owner.before_tenant() as connection:
        left = await connection.fetch(
            "SELECT t.member_id FROM licorne.team_member t JOIN licorne.member m"
            " ON m.id = t.member_id WHERE m.removed_at IS NULL AND NOT t.pending"
        )
    assert len(left) == 1
