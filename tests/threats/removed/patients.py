"""What stands before a patient's messages, and before those who only look like the patient."""

from tests.threats.removed.defence import Change, Removed, of

_SESSIONS = "application/receiving/contact_sessions.py"

PATIENTS = (
    Removed(
        42,
        "saying whom to call in a language that the person reads",
        (
            Change(
                "edges/web/crisis_wording.py",
                "is_read = current_language.get() is (own_language or SOURCE_LANGUAGE)",
                "is_read = True",
            ),
        ),
        (
            of(
                "tests/edges/pickup/test_languages.py",
                "test_whom_to_call_in_a_crisis_is_said_in_words_that_the_person_reads",
            ),
        ),
    ),
    Removed(
        4,
        "forgetting a former owner's language when a number changes hands",
        (
            Change(
                "store/former_owners.py",
                'name_sealed = NULL,"\n        " language = NULL WHERE',
                'name_sealed = NULL"\n        " WHERE',
            ),
        ),
        (
            of(
                "tests/threats/test_04_a_new_owner.py",
                "test_the_new_owner_finds_nothing_of_the_old_ones",
            ),
        ),
    ),
    Removed(
        1,
        "the session's cookie: whoever knows a mailbox's address gets its last session",
        (
            Change(
                _SESSIONS, "class ContactSessions:\n", "LAST = {}\n\n\nclass ContactSessions:\n"
            ),
            Change(
                _SESSIONS,
                '        """Start a session within the transaction of the proof that earned it."""\n',
                "        LAST[mailbox] = secret\n",
            ),
            Change(
                _SESSIONS,
                "        Raises `SealBroken` where a row isn't what was stored.\n"
                '        """\n'
                "        secret = read_cookie(cookie) if cookie else None\n",
                '        """\n        secret = LAST.get(mailbox)\n',
            ),
        ),
        (
            of(
                "tests/edges/pickup/test_wire.py",
                "test_a_link_to_a_claimed_mailbox_shows_no_content_without_the_cookie",
            ),
        ),
    ),
    Removed(
        2,
        "the lock after five tries at a passphrase",
        (Change("domain/pickup/challenge.py", "MOST_TRIES = 5", "MOST_TRIES = 500"),),
        (
            of(
                "tests/application/receiving/test_prove_challenge.py",
                "test_five_wrong_passphrases_lock_and_the_right_one_comes_too_late",
            ),
        ),
    ),
    Removed(
        2,
        "the passphrase that a claim needs while a challenged message waits",
        (
            Change("application/receiving/claim_mailbox.py", "if waiting is None:", "if True:"),
            Change(
                "application/receiving/claim_mailbox.py",
                "if door is not Door.SET_PASSWORD and not (door is Door.PASSPHRASE and proved):",
                "if False:",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_claim_mailbox.py",
                "test_a_claim_without_the_passphrase_fails",
            ),
        ),
    ),
    Removed(
        3,
        "the empty mailbox after a reset: old deliveries move to the new one",
        (
            Change(
                "application/receiving/forgot_password.py",
                "        await reader_keys.add_key(connection, new.key.row, now)\n",
                "        await reader_keys.add_key(connection, new.key.row, now)\n"
                "        await connection.execute(\n"
                '            "UPDATE delivery SET mailbox_id = $1 WHERE mailbox_id = $2",'
                " mailbox, earlier.id)\n",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_forgot_password.py",
                "test_a_reset_opens_an_empty_mailbox_and_no_old_message",
            ),
        ),
    ),
    Removed(
        3,
        "the end of the earlier mailbox's ways in, once a code has opened it again",
        (
            Change(
                "application/receiving/reopen_earlier.py",
                "        await reader_keys.remove_all_wraps_of(connection, organization, before)\n",
                "",
            ),
            Change(
                "application/receiving/regrant_waiting.py",
                "        await sealed_messages.remove_grants(connection, organization, grants)\n",
                "",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_reopen_earlier.py",
                "test_a_used_code_opens_nothing_and_the_next_one_serves",
            ),
        ),
    ),
    Removed(
        4,
        "the new number epoch: the mailbox of before stays within the number's reach",
        (
            Change(
                "domain/pickup/door.py",
                "    if facts.number_changed_hands:\n        return Door.UNKNOWN\n",
                "",
            ),
        ),
        (
            of(
                "tests/threats/test_04_a_new_owner.py",
                "test_the_new_owner_finds_nothing_of_the_old_ones",
            ),
            of(
                "tests/threats/test_04_a_new_owner.py",
                "test_old_links_lead_to_the_page_for_strangers_whatever_is_asked_of_them",
            ),
        ),
    ),
    Removed(
        4,
        "the end of an unvisited mailbox's key, when its number changes hands",
        (
            Change(
                "application/governing/change_hands.py",
                "        if key is None:\n            return []\n",
                "        return []\n",
            ),
        ),
        (of("tests/threats/test_04_a_new_owner.py", "test_what_nobody_has_visited_is_destroyed"),),
    ),
    Removed(
        5,
        "looking uses nothing up: the first visit ends the link",
        (
            Change(
                "application/receiving/visit_link.py",
                "            located = await self._locate.within(connection, found, token, now)\n",
                "            located = await self._locate.within(connection, found, token, now)\n"
                '            await connection.execute("UPDATE link SET expires_at = created_at")\n',
            ),
        ),
        (
            of("tests/edges/pickup/test_wire.py", "test_a_preview_robot_does_not_use_up_the_link"),
            of(
                "tests/application/receiving/test_visit_link.py",
                "test_looking_fifty_times_uses_nothing_up_and_leaves_one_observation",
            ),
        ),
    ),
    Removed(
        6,
        "the origin that a passkey's answer was made for",
        (Change("vault/passkeys.py", "lambda claimed: claimed == origin", "lambda claimed: True"),),
        (
            of(
                "tests/edges/pickup/test_ways_in.py",
                "test_what_was_not_answered_here_and_now_is_refused",
            ),
            of(
                "tests/edges/office/test_passkeys.py",
                "test_an_assertion_made_for_another_origin_is_refused",
            ),
        ),
    ),
    Removed(
        24,
        "the end of the session before, when a contact proves who they are",
        (
            Change(
                _SESSIONS,
                "                    await contact_sessions.end(\n"
                "                        connection, organization, cookie_hash(earlier), mailbox\n"
                "                    )\n",
                "",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_sign_in.py",
                "test_the_cookie_from_before_is_dead_after_signing_in",
            ),
        ),
    ),
    Removed(
        24,
        "the end of a suspended member's sessions",
        (
            Change(
                "store/member_access.py",
                "    await member_sessions.end_all(connection, organization, member)\n",
                "",
            ),
        ),
        ("tests/threats/test_24_session_theft.py",),
    ),
    Removed(
        39,
        "the end of another person's session on the same phone",
        (
            Change(
                _SESSIONS,
                "                    if kept and session and"
                " kept.contact.number_lookup == number_lookup:\n",
                "                    if kept and session:\n",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_sign_in.py",
                "test_on_a_shared_phone_the_other_persons_session_ends",
            ),
        ),
    ),
    Removed(
        42,
        "the words for a crisis where a patient writes",
        (
            Change(
                "edges/pickup/templates/message.html",
                "<p>{{ view.crisis.now }}</p>\n",
                "",
            ),
        ),
        (
            of(
                "tests/edges/pickup/test_pages.py",
                "test_where_one_can_write_it_says_whom_to_call_in_a_crisis",
            ),
        ),
    ),
)
