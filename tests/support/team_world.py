"""A team in a practice whose contacts can answer: Ada and Bob share Front desk, Charlie doesn't.

async with team_world(cluster, tmp_path) as team:
    thread = await team.write(team.ada, "Your results are in.")
    await team.reply("Thank you.")
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from tests.support.api_world import acting
from tests.support.pickup_world import NUMBER
from tests.support.practice_world import Person, PracticeWorld
from tests.support.reply_world import ReplyWorld, reply_world

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.governing.keep_teams import KeepTeams
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.sending.outcome import Sent
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.identity.ids import DeliveryId, TeamId, ThreadId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.role import Role
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.edges.office.use_cases import OfficeUseCases
from licorne.store.events import ChangeFeed
from licorne.wiring.core import Core, Sending
from licorne.wiring.office import compose_office


@dataclass
class TeamWorld:
    replies: ReplyWorld
    office: OfficeUseCases
    owner: Person
    ada: Person
    bob: Person
    charlie: Person
    team: TeamId
    tokens: dict[ThreadId, str] = field(default_factory=dict)

    @property
    def world(self) -> PracticeWorld:
        return self.replies.world

    async def as_member(self, person: Person) -> SignedInMember:
        return await self.world.as_member(person)

    async def write(
        self, author: Person, text: str = "Your results are in.", number: str = NUMBER
    ) -> ThreadId:
        """Write for the team, as the office does."""
        draft = Draft(
            organization=author.organization,
            author=author.actor,
            source=Source.OFFICE,
            recipients=(PhoneNumber.from_e164(number),),
            content=Content(None, text),
            team=self.team,
        )
        sent = await self.world.send_message(draft)
        assert isinstance(sent, Sent), sent
        delivery = sent.deliveries[0]
        thread = ThreadId(delivery.thread)
        self.tokens[thread] = await self.replies.pickup.link(DeliveryId(delivery.id))
        return thread

    async def reply(self, thread: ThreadId, text: str = "It still hurts.") -> None:
        await self.replies.reply(self.tokens[thread], text)

    async def audit(self) -> list[str]:
        return await self.world.audit_tags(self.owner.organization)


def keep_teams(world: PracticeWorld) -> KeepTeams:
    keys = TeamKeys(world.keyring, world.directory, world.clock, world.randomness)
    return KeepTeams(world.app, keys, world.acts)


@asynccontextmanager
async def team_world(cluster: EmbeddedPostgres, home: Path) -> AsyncIterator[TeamWorld]:
    async with reply_world(cluster, home) as replies:
        world, ada = replies.world, replies.member
        owner = await world.add_member("Olivia Owens", Role.OWNER)
        bob, charlie = await world.add_member("Bob Hale"), await world.add_member("Charlie Fox")
        by = await acting(world, owner, Role.OWNER)
        team = await keep_teams(world).add(by, "Front desk", [ada.id, bob.id])
        sending = SimpleNamespace(
            send=world.send_message, check_recipient=world.check_recipient, meet=world.meet
        )
        office = compose_office(
            cast("Core", world), cast("Sending", sending), ChangeFeed(world.app_url)
        )
        yield TeamWorld(replies, office, owner, ada, bob, charlie, team)
