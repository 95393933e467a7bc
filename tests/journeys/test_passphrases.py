"""A message behind a passphrase: met, missed until it locks, and set anew by the clinician."""

import pytest
from playwright.async_api import Browser, expect
from tests.journeys.clinician import Office
from tests.journeys.patient import patient_at
from tests.support.running_demo import RunningDemo

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="session")]

RESULT = "The biopsy shows nothing to worry about."
ASKED = "Enter the passphrase from the practice"
LOCKED = "This message is locked"


async def test_the_words_that_the_office_made_open_the_message_however_they_are_typed(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    async with office.desk() as clinician:
        await clinician.open("/compose", "Write a message")
        await clinician.page.get_by_label("To", exact=True).fill(number)
        await clinician.page.get_by_label("Message", exact=True).fill(RESULT)
        await clinician.page.get_by_label("Ask for a passphrase").check()
        words = await clinician.page.get_by_label("Passphrase", exact=True).input_value()
        assert len(words.split()) == 4
        await clinician.press("Send securely")
        await clinician.sees("Sealed and on its way")
        await expect(clinician.page.locator("#passphrase-shown")).to_have_text(words)
    async with patient_at(browser, demo) as patient:
        await patient.open(await demo.next_link(number), ASKED)
        await patient.say(words.upper().replace(" ", "-"))
        await patient.sees("Set a password to read your message")
        await patient.does_not_read(RESULT)
        await patient.set_password()
        await patient.reads(RESULT)


async def test_five_wrong_tries_lock_the_message_until_the_clinician_sets_new_words(
    demo: RunningDemo, browser: Browser, office: Office
) -> None:
    number = demo.new_number()
    status, _answer = demo.api(
        "POST",
        "/messages",
        {"to": [number], "text": RESULT, "challenge": {"passphrase": "lilac ribbon"}},
    )
    assert status == 201
    link = await demo.next_link(number)
    async with office.desk() as clinician, patient_at(browser, demo) as patient:
        await clinician.open_thread(number)
        await patient.open(link, ASKED)
        for left in ("4 more times", "3 more times", "2 more times", "once more"):
            await patient.say("a wrong guess")
            await patient.is_told(left)
        await patient.say("a wrong guess")
        await patient.sees(LOCKED)
        # The sixth try, with the right words, comes too late: also as a form sent by hand.
        late = await patient.page.evaluate(
            """async (link) => {
                const form = new URLSearchParams({passphrase: "lilac ribbon"});
                const answer = await fetch(
                    link.replace(/\\/([^/]+)$/, "/m/link/$1/passphrase"), {method: "POST", body: form});
                return await answer.text();
            }""",
            link,
        )
        assert LOCKED in late
        assert "Set password and read" not in late

        await clinician.sees_state("Passphrase locked")
        told = " ".join(await clinician.story())
        assert told.count("A wrong passphrase was tried") >= 4
        await clinician.follow("New passphrase", "New passphrase")
        await clinician.page.get_by_label("Passphrase", exact=True).fill("amber window")
        await clinician.press("Set this passphrase")
        await expect(clinician.page.locator("#messages")).to_be_visible()

        await patient.open(link, ASKED)
        await patient.say("lilac ribbon")
        await patient.is_told("That passphrase is not right.")
        await patient.say("Amber Window")
        await patient.set_password()
        await patient.reads(RESULT)
        await clinician.sees_state("Read")
