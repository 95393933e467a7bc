"""The office, served over a practice of its own, with real pages for real browsers.

    async with office_world(cluster, tmp_path) as office:
        ada = await office.world.add_member("Ada Byron")
        await office.sign_in(visitor.page, ada)
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page
from tests.support.practice_world import Person, PracticeWorld, practice_world
from tests.support.web_server import serving, web_settings

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.application.governing.ask_nudge import AskNudge
from licorne.application.governing.change_texting import ChangeTexting
from licorne.application.governing.end_member_session import EndMemberSession
from licorne.application.governing.govern_members import GovernMembers
from licorne.application.governing.keep_app_passwords import KeepAppPasswords
from licorne.application.governing.keep_contact import KeepContact
from licorne.application.governing.look_up_contacts import LookUpContacts
from licorne.application.governing.mark_thread import MarkThread
from licorne.application.governing.read_audit import ReadAudit
from licorne.application.governing.regrant_mailbox import RegrantMailbox
from licorne.application.governing.set_passphrase import SetPassphrase
from licorne.application.receiving.follow_delivery import FollowDelivery
from licorne.application.receiving.list_threads import ListThreads
from licorne.application.receiving.member_download import MemberDownload
from licorne.application.receiving.read_thread import ReadThread
from licorne.application.receiving.watch_inboxes import WatchInboxes
from licorne.edges.office.router import build_router
from licorne.edges.office.use_cases import MailServer, OfficeSurroundings, OfficeUseCases
from licorne.edges.web.application import build_app
from licorne.store.events import ChangeFeed

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
    app, keyring, acts = world.app, world.keyring, world.acts
    return OfficeUseCases(
        sign_in=world.sign_in_member,
        resume=world.resume,
        sign_out=EndMemberSession(app, acts),
        list_threads=ListThreads(app, keyring, acts),
        read_thread=ReadThread(app, keyring, world.reader, acts),
        mark_thread=MarkThread(app, acts),
        follow_delivery=FollowDelivery(app),
        download=MemberDownload(app, keyring, world.reader, world.blobs, acts),
        watch=WatchInboxes(app, feed, world.resume.is_live, seconds_between_checks=0.2),
        send=world.send_message,
        check_recipient=world.check_recipient,
        recall=world.recall_message,
        nudge=AskNudge(app, keyring, acts),
        set_passphrase=SetPassphrase(
            app,
            keyring,
            world.directory,
            world.passwords,
            world.reader,
            world.slots,
            world.randomness,
            acts,
        ),
        contacts=LookUpContacts(app, keyring, acts),
        keep_contact=KeepContact(app, keyring, world.meet, acts),
        texting=ChangeTexting(app, acts),
        regrant=RegrantMailbox(
            app, keyring, world.directory, world.reader, world.slots, world.randomness, acts
        ),
        app_passwords=KeepAppPasswords(app, keyring, world.randomness, acts),
        audit=ReadAudit(app, keyring, acts),
        members=GovernMembers(app, keyring, acts),
    )


@asynccontextmanager
async def office_world(cluster: EmbeddedPostgres, home: Path) -> AsyncIterator[OfficeWorld]:
    async with practice_world(cluster, home) as world:
        feed = ChangeFeed(world.app_url)
        await feed.start()
        surroundings = OfficeSurroundings(
            clock=world.clock,
            randomness=world.randomness,
            mail_server=MailServer("mail.example.org", 587, 465),
            link_example=LINK_EXAMPLE,
        )
        router = build_router(use_cases(world, feed), surroundings)
        try:
            async with serving(lambda url: build_app([router], web_settings(url))) as url:
                yield OfficeWorld(world, url)
        finally:
            await feed.stop()
