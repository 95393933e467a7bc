"""The office, served over a practice of its own, with real pages for real browsers.

async with office_world(cluster, tmp_path) as office:
    ada = await office.world.add_member("Ada Byron")
    await office.sign_in(visitor.page, ada)
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from playwright.async_api import Page
from tests.support.practice_world import Person, PracticeWorld, practice_world
from tests.support.web_server import serving, web_settings

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.receiving.watch_inboxes import WatchInboxes
from licorne.edges.office.router import build_router
from licorne.edges.office.use_cases import MailServer, OfficeSurroundings, OfficeUseCases
from licorne.edges.web.application import build_app
from licorne.store.events import ChangeFeed
from licorne.wiring.core import Core, Sending
from licorne.wiring.office import compose_office

LINK_EXAMPLE = "https://text.example.org/0123456789abcdefABCDEF"


@dataclass
class OfficeWorld:
    world: PracticeWorld
    url: str

    async def sign_in(self, page: Page, person: Person) -> None:
        """Sign in as a person does, with the code that their app shows now."""
        self.world.clock.advance(timedelta(seconds=31))
        await page.goto(f"{self.url}/office/sign-in")
        await page.get_by_label("Email address").fill(person.email)
        await page.get_by_label("Password", exact=True).fill(person.password)
        await page.get_by_label("Code").fill(self.world.code(person))
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(re.compile("/office/mail/inbox$"))


def use_cases(world: PracticeWorld, feed: ChangeFeed) -> OfficeUseCases:
    """The office's use cases as wiring composes them, but for how often it looks at sessions."""
    core = cast("Core", world)
    sending = SimpleNamespace(
        send=world.send_message, check_recipient=world.check_recipient, meet=world.meet
    )
    composed = compose_office(core, cast("Sending", sending), feed)
    watch = WatchInboxes(world.app, feed, world.resume.is_live, seconds_between_checks=0.2)
    return replace(composed, watch=watch)


@asynccontextmanager
async def office_world(cluster: EmbeddedPostgres, home: Path) -> AsyncIterator[OfficeWorld]:
    async with practice_world(cluster, home) as world:
        feed = ChangeFeed(world.app_url)
        surroundings = OfficeSurroundings(
            clock=world.clock,
            randomness=world.randomness,
            mail_server=MailServer("mail.example.org", 587, 465),
            link_example=LINK_EXAMPLE,
        )
        router = build_router(use_cases(world, feed), surroundings)
        async with feed, serving(lambda url: build_app([router], web_settings(url))) as url:
            yield OfficeWorld(world, url)
