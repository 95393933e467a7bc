"""What people text back, from the carrier's signed webhook to the practice's inbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.adapters.carriers.stand_ins import twilio as stand_in
from tests.support.api_world import api_use_cases
from tests.support.practice_world import Person, PracticeWorld
from tests.support.scripted_carrier import ScriptedCarrier
from tests.support.web_server import serving, web_settings

from licorne.adapters.carriers.twilio import Twilio, parse_twilio
from licorne.application.receiving.answer_text import AnswerText
from licorne.application.receiving.list_threads import ListThreads
from licorne.application.receiving.read_thread import Readable, ReadThread
from licorne.application.sending.carriers import Carriers
from licorne.application.sending.outcome import Refused
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.edges.api.router import build_router
from licorne.edges.web.application import build_app
from licorne.ports.sms_carrier import Accepted, Rejected, Unknown
from licorne.store import database as store_database
from licorne.store.jobs import decode_answer_text

PUBLIC_URL = "https://text.example.org"
NUMBER = "+12125550123"


@dataclass
class Phones:
    world: PracticeWorld
    client: httpx.AsyncClient
    sent: int = field(default=0)

    async def text(self, words: str, *, sender: str = NUMBER, identity: str | None = None) -> int:
        """Text the practice, as Twilio passes it on."""
        self.sent += 1
        webhook = stand_in.inbound(identity or f"SM{self.sent}", sender, words)
        answer = await self.client.post(
            webhook.url.removeprefix(PUBLIC_URL),
            content=webhook.body,
            headers={**webhook.headers, "content-type": "application/x-www-form-urlencoded"},
        )
        return answer.status_code

    async def may_be_texted(self, author: Person) -> bool:
        draft = Draft(
            organization=author.organization,
            author=author.actor,
            source=Source.OFFICE,
            recipients=(parse_phone_number(NUMBER, "US"),),
            content=Content(None, "Please call us.", None, ()),
        )
        return not isinstance(await self.world.send_message(draft), Refused)

    async def read(self, person: Person) -> list[tuple[Source, str]]:
        """Give what stands in a member's one conversation, from the person who was written to."""
        member = await self.world.as_member(person)
        page = await ListThreads(self.world.app, self.world.keyring, self.world.acts)(member, None)
        if not page.threads:
            return []
        reading = ReadThread(self.world.app, self.world.keyring, self.world.reader, self.world.acts)
        opened = await reading(member, page.threads[0].summary.thread.id)
        assert opened is not None
        return [
            (one.facts.source, one.content.text)
            for one in opened.messages
            if one.author_name is None and isinstance(one.content, Readable)
        ]

    async def answers(self, *script: object, after: timedelta = timedelta(0)) -> list[str]:
        """Run the queued answers as the worker would; give what was sent."""
        carrier = ScriptedCarrier("twilio", *script or (Accepted("SM-a"),))  # type: ignore[arg-type]
        self.world.clock.advance(after)
        async with worker(self.world) as database:
            answer = AnswerText(
                database,
                self.world.keyring,
                Carriers({"twilio": carrier}, ("twilio",)),
                self.world.clock,
            )
            async with self.world.owner.before_tenant() as connection:
                jobs = await connection.fetch(
                    "SELECT payload FROM jobs.pgqueuer WHERE entrypoint = 'answer_text' ORDER BY id"
                )
            for job in jobs:
                await answer(decode_answer_text(job["payload"]))
        return [one.text for one in carrier.sent]


@asynccontextmanager
async def worker(world: PracticeWorld) -> AsyncIterator[store_database.Database]:
    database = await store_database.open_database(world.worker_url, size=1)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def phones(world: PracticeWorld, tmp_path: Path) -> AsyncIterator[Phones]:
    (tmp_path / "token").write_text(stand_in.TOKEN)
    settings = {
        "account_sid": stand_in.ACCOUNT,
        "auth_token_file": str(tmp_path / "token"),
        "from": "+12125550100",
    }
    carrier = Twilio(parse_twilio("twilio", settings), stand_in.EVENTS)
    router = build_router(api_use_cases(world, Carriers({"twilio": carrier}, ("twilio",))))
    async with (
        serving(lambda _url: build_app([router], web_settings(PUBLIC_URL))) as url,
        httpx.AsyncClient(base_url=url, timeout=30) as client,
    ):
        yield Phones(world, client)
    await carrier.close()


@pytest.fixture
async def alice(phones: Phones) -> Person:
    """Give a member who has written to the phone."""
    member = await phones.world.add_member("Alice Member")
    await phones.world.send(member, NUMBER, "Your results are in.")
    return member


async def test_stop_counts_before_the_next_send_is_confirmed_once_and_start_undoes_it(
    phones: Phones, alice: Person
) -> None:
    assert await phones.text("Stop.") == 204
    assert not await phones.may_be_texted(alice)
    assert await phones.text("STOP") == 204
    confirmed = await phones.answers()
    assert len(confirmed) == 1
    assert "Reply START" in confirmed[0]
    assert await phones.answers() == []  # the jobs again
    assert await phones.text("start") == 204
    assert await phones.may_be_texted(alice)
    assert "texts again" in (await phones.answers())[0]
    tags = await phones.world.audit_tags(alice.organization)
    assert tags.count("contact:texting:stopped") == tags.count("contact:texting:started") == 1


async def test_stop_counts_in_every_practice_that_knows_the_number(
    phones: Phones, alice: Person
) -> None:
    other = await phones.world.found("Other Practice", "Otto Owner")
    await phones.world.send(other, NUMBER, "Please call.")
    await phones.text("stop")
    assert not await phones.may_be_texted(alice)
    assert not await phones.may_be_texted(other)
    assert len(await phones.answers()) == 1


async def test_a_text_passed_on_twice_is_one(phones: Phones, alice: Person) -> None:
    for _ in range(2):
        assert await phones.text("How are you?", identity="SM-one") == 204
    assert await phones.read(alice) == [(Source.TEXT, "How are you?")]


async def test_a_stop_passed_on_again_after_start_stops_nothing(
    phones: Phones, alice: Person
) -> None:
    """Threat 31: who has recorded a webhook can't play it again."""
    await phones.text("stop", identity="SM-old")
    await phones.text("start")
    assert await phones.text("stop", identity="SM-old") == 204
    assert await phones.may_be_texted(alice)


async def test_other_words_are_sealed_into_the_conversation_and_answered_once_a_day(
    phones: Phones, alice: Person
) -> None:
    words = "¿Puedo tomar la pastilla? 😀"
    assert await phones.text(words) == 204
    assert await phones.text("Hello?") == 204
    assert await phones.read(alice) == [(Source.TEXT, words), (Source.TEXT, "Hello?")]
    answers = await phones.answers()
    assert len(answers) == 1
    assert "link" in answers[0]
    phones.world.clock.advance(timedelta(days=1, minutes=1))
    await phones.text("Still there?")
    assert len(await phones.answers()) == 1
    async with phones.world.owner.before_tenant() as connection:
        kept = await connection.fetchval(
            "SELECT string_agg(i::text, ' ') FROM licorne.inbound_text i"
        )
    assert "pastilla" not in kept
    assert "5550123" not in kept


async def test_stop_that_goes_on_holds_the_number_until_a_member_has_looked(
    phones: Phones, alice: Person
) -> None:
    assert await phones.text("STOP please é") == 204
    assert not await phones.may_be_texted(alice)
    assert await phones.read(alice) == [(Source.TEXT, "STOP please é")]
    assert await phones.answers() == []
    assert "contact:texting:held" in await phones.world.audit_tags(alice.organization)


async def test_help_answers_with_contact_details(phones: Phones, alice: Person) -> None:
    async with phones.world.owner.before_tenant() as connection:
        await connection.execute("UPDATE licorne.organization SET phone = '(212) 555-0199'")
    await phones.text("HELP")
    (answer,) = await phones.answers()
    assert "(212) 555-0199" in answer
    assert "STOP" in answer


async def test_a_spanish_word_is_answered_in_spanish(phones: Phones, alice: Person) -> None:
    await phones.text("Baja")
    assert "Responda START" in (await phones.answers())[0]


async def test_an_answer_comes_within_five_minutes_or_not_at_all(
    phones: Phones, alice: Person
) -> None:
    await phones.text("stop")
    assert await phones.answers(after=timedelta(minutes=5, seconds=1)) == []


async def test_an_answer_in_doubt_is_not_sent_again_and_a_refused_one_is_tried_again(
    phones: Phones, alice: Person
) -> None:
    await phones.text("stop")
    assert len(await phones.answers(Rejected(CarrierReason.THROTTLED))) == 1
    assert len(await phones.answers(Unknown("deadline"))) == 1
    assert await phones.answers() == []


async def test_a_text_of_a_stranger_is_taken_and_recorded_as_nobodys(
    phones: Phones, alice: Person
) -> None:
    assert await phones.text("Hello?", sender="+13105550123") == 204
    assert await phones.text("Your code is 123456", sender="22000") == 204
    assert await phones.read(alice) == []
    async with phones.world.owner.before_tenant() as connection:
        details = await connection.fetch(
            "SELECT detail FROM licorne.audit_event WHERE tag = 'carrier:text:unplaced' ORDER BY at"
        )
    assert [one["detail"] for one in details] == ["twilio:stranger", "twilio:no_number"]


async def test_database_down_on_an_inbound_stop_is_not_acknowledged_and_redelivered(
    phones: Phones, alice: Person
) -> None:
    async with phones.world.owner.before_tenant() as connection:
        await connection.execute("ALTER TABLE licorne.inbound_text RENAME TO gone")
    assert await phones.text("stop", identity="SM-kept") >= 500
    async with phones.world.owner.before_tenant() as connection:
        await connection.execute("ALTER TABLE licorne.gone RENAME TO inbound_text")
    assert await phones.may_be_texted(alice)  # nothing was done by half
    assert await phones.text("stop", identity="SM-kept") == 204
    assert not await phones.may_be_texted(alice)
