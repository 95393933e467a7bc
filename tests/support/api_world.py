"""The API over a practice with everything real: its use cases, tokens, and a server to call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from tests.support.practice_world import Person, PracticeWorld
from tests.support.web_server import serving, web_settings

from licorne.adapters.webhooks.http_sender import HttpWebhookSender
from licorne.application.acting_member import ActingMember
from licorne.application.governing.authenticate_token import AuthenticateToken
from licorne.application.governing.contacts_by_program import ContactsByProgram
from licorne.application.governing.follow_events import FollowEvents
from licorne.application.governing.keep_services import KeepServices
from licorne.application.governing.keep_teams import KeepTeams
from licorne.application.governing.keep_tokens import AddedToken, KeepTokens
from licorne.application.governing.keep_webhooks import KeepWebhooks
from licorne.application.governing.limit_calls import LimitCalls
from licorne.application.governing.members_by_program import MembersByProgram
from licorne.application.governing.program_acts import ProgramActs
from licorne.application.governing.refuse_api_call import RefuseApiCall
from licorne.application.governing.team_keys import TeamKeys
from licorne.application.governing.threads_by_program import ThreadsByProgram
from licorne.application.keeping.check_ready import CheckReady
from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.receiving.seal_reply import SealReply
from licorne.application.receiving.take_text import TakeText
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.message_states import MessageStates
from licorne.application.sending.take_receipt import TakeReceipt
from licorne.application.sending.upload import Uploads
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.api_token import USUAL_LIFETIME, Scope
from licorne.domain.identity.role import Role
from licorne.edges.api.router import build_router
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.application import build_app
from licorne.store import organizations

NO_CARRIERS = Carriers({}, ())


def text_taker(world: PracticeWorld) -> TakeText:
    seal = SealReply(world.sealer, world.keys, world.intake_keys, world.clock, world.randomness)
    return TakeText(world.app, world.keyring, seal, world.sealer, world.clock, world.randomness)


def api_use_cases(world: PracticeWorld, carriers: Carriers = NO_CARRIERS) -> ApiUseCases:
    acts = ProgramActs(world.clock, world.randomness)
    return ApiUseCases(
        authenticate=AuthenticateToken(world.app, world.keyring, world.clock, world.randomness),
        limit=LimitCalls(world.intake, world.keyring, world.clock),
        refuse=RefuseApiCall(world.app, world.clock, world.randomness),
        send=world.send_message,
        upload=Uploads(world.sealer, world.files, world.clock, world.randomness),
        states=MessageStates(world.app, world.keyring, world.clock, world.randomness),
        recall=world.recall_message,
        contacts=ContactsByProgram(world.app, world.keyring, world.meet, acts),
        threads=ThreadsByProgram(world.app, acts),
        members=MembersByProgram(world.app, world.keyring, acts),
        events=FollowEvents(world.app, acts),
        webhooks=KeepWebhooks(
            world.app, world.keyring, HttpWebhookSender({"localhost"}), world.randomness, acts
        ),
        take_receipt=TakeReceipt(
            world.app, carriers, world.clock, world.randomness, text_taker(world)
        ),
        refuse_outsider=OutsideRefusals(world.app, world.keyring, world.clock, world.randomness),
        is_ready=CheckReady(world.app),
        clock=world.clock,
    )


async def acting(world: PracticeWorld, person: Person, role: Role = Role.MEMBER) -> ActingMember:
    """Give the person as a command has them: without a session."""
    async with world.app.tenant(person.organization) as connection:
        about = await organizations.fetch(connection, person.organization)
    assert about is not None
    return ActingMember(about, person.id, role, person.name, person.email)


async def token_for(
    world: PracticeWorld,
    person: Person,
    *scopes: Scope,
    holder: Actor | None = None,
    lifetime: timedelta = USUAL_LIFETIME,
) -> AddedToken:
    keep = KeepTokens(world.app, world.keyring, world.randomness, world.acts)
    by = await acting(world, person, Role.MEMBER if holder is None else Role.OWNER)
    return await keep.add(by, holder or person.actor, "Scheduler", scopes or tuple(Scope), lifetime)


async def service_of_a_team(world: PracticeWorld, owner: Person, *members: Person) -> Actor:
    """Make a team with these members, and a service identity that writes for it."""
    by = await acting(world, owner, Role.OWNER)
    teams = KeepTeams(
        world.app,
        TeamKeys(world.keyring, world.directory, world.clock, world.randomness),
        world.acts,
    )
    team = await teams.add(by, "Front desk", [member.id for member in members])
    services = KeepServices(world.app, world.acts)
    await services.add(by, "Scheduler", team)
    return (await services.list(by))[0].actor


@dataclass(frozen=True)
class Api:
    """A running API, and whom to call it as."""

    world: PracticeWorld
    url: str
    client: httpx.AsyncClient

    async def call(
        self, method: str, path: str, token: str | None, **others: object
    ) -> httpx.Response:
        headers = dict(others.pop("headers", {}))  # type: ignore[call-overload]
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return await self.client.request(
            method,
            f"/api/v1{path}",
            headers=headers,
            **others,  # type: ignore[arg-type]
        )


@asynccontextmanager
async def running_api(
    world: PracticeWorld,
    carriers: Carriers = NO_CARRIERS,
    use_cases: ApiUseCases | None = None,
) -> AsyncIterator[Api]:
    router = build_router(use_cases or api_use_cases(world, carriers))
    async with (
        serving(lambda url: build_app([router], web_settings(url))) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as client,
    ):
        yield Api(world, url, client)
