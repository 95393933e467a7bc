"""What stands before programs that send, look and listen, and before those who imitate them."""

from tests.threats.removed.defence import Change, Removed, of

_SENDER = "adapters/webhooks/http_sender.py"
_ADDRESSES = "tests/adapters/webhooks/test_addresses.py"
_LIMITS = "tests/edges/api/test_rate_limits.py"
_OUTSIDERS = "tests/edges/api/test_outsiders.py"
_RESERVATIONS = "application/sending/reservations.py"
_TWO_PROCESSES = of(
    "tests/application/sending/test_reservations.py",
    "test_two_processes_never_hand_out_more_than_the_quota",
)
_WEBHOOKS = "tests/edges/api/test_webhooks.py"

PROGRAMS = (
    Removed(
        12,
        "that the database lets a function be called by the roles that need it alone",
        (
            Change(
                "store/migrations/sql/0005/01_functions_for_their_roles_only.sql",
                "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA licorne FROM PUBLIC;",
                "SELECT 1;",
            ),
        ),
        (
            of(
                "tests/store/test_definer_functions.py",
                "test_each_function_is_called_by_the_roles_that_need_it_and_by_nobody_else",
            ),
        ),
    ),
    Removed(
        12,
        "that a contact is looked for in the caller's practice",
        (
            Change(
                "store/migrations/sql/0001/07_row_level_security.sql",
                "            USING (organization_id = current_organization())\n"
                "            WITH CHECK (organization_id = current_organization())', t);",
                "            USING (true) WITH CHECK (true)', t);",
            ),
            Change(
                "store/contacts.py",
                'FROM contact WHERE organization_id = $1 AND id = $2"  # noqa: S608\n'
                '        + (" FOR NO KEY UPDATE"',
                'FROM contact WHERE $1::uuid IS NOT NULL AND id = $2"  # noqa: S608\n'
                '        + (" FOR NO KEY UPDATE"',
            ),
        ),
        (of(_OUTSIDERS, "test_threat_12_another_organizations_token_finds_nothing"),),
    ),
    Removed(
        12,
        "that a webhook is its holder's",
        (
            Change(
                "application/governing/keep_webhooks.py",
                "        return None if found is None or found.holder != caller.actor else found\n",
                "        return found\n",
            ),
        ),
        (of(_WEBHOOKS, "test_ten_webhooks_are_the_most_and_a_colleagues_is_not_there"),),
    ),
    Removed(
        12,
        "that a program is told of its own inboxes",
        (
            Change(
                "application/governing/follow_events.py",
                " if one.owner in owners]",
                "]",
            ),
        ),
        (of(_WEBHOOKS, "test_only_the_wanted_events_of_the_holder_are_told"),),
    ),
    Removed(
        19,
        "the cap of an app password",
        (
            Change(
                "application/sending/use_app_password.py",
                " and use.before + deliveries <= use.daily_cap:",
                ":",
            ),
        ),
        (
            of(
                "tests/edges/submission/test_signing_in.py",
                "test_a_stolen_app_password_sends_no_more_than_its_cap",
            ),
        ),
    ),
    Removed(
        19,
        "that leased places are counted on against the app password's cap",
        (
            Change(
                _RESERVATIONS,
                "replace(use, before=use.before + deliveries)",
                "use",
            ),
        ),
        (
            of(
                "tests/application/sending/test_reservations.py",
                "test_a_revoked_app_password_is_noticed_when_the_lease_ends",
            ),
        ),
    ),
    Removed(
        20,
        "that each place of a quota is handed out once",
        (
            Change(
                _RESERVATIONS,
                "        used_before=reserved.used_before + deliveries,\n",
                "",
            ),
        ),
        (_TWO_PROCESSES,),
    ),
    Removed(
        20,
        "the most that a process takes along",
        (Change(_RESERVATIONS, "_MOST_LEASED = 32\n", "_MOST_LEASED = 3200\n"),),
        (
            of(
                "tests/application/sending/test_reservations.py",
                "test_no_more_is_taken_along_than_32_however_much_is_asked_for",
            ),
        ),
    ),
    Removed(
        20,
        "the organization's quota",
        (
            Change(
                "domain/policy/rules.py",
                "    if asked.sender.used_today + asked.position >= asked.sender.daily_quota:\n",
                "    if False:\n",
            ),
        ),
        (
            of(
                "tests/edges/api/test_sending.py",
                "test_threat_20_a_used_up_quota_says_when_to_come_again",
            ),
            of(
                "tests/edges/submission/test_refusals.py",
                "test_the_message_after_the_quota_waits_for_tomorrow",
            ),
        ),
    ),
    Removed(
        20,
        "the limit of a token's requests",
        (
            Change(
                "edges/api/rate_limit.py",
                "    if standing.exceeded:\n",
                "    if False:\n",
            ),
        ),
        (
            of(
                _LIMITS, "test_above_the_limit_the_answer_says_how_long_to_wait_and_nothing_is_sent"
            ),
            of(_LIMITS, "test_two_processes_count_together"),
        ),
    ),
    Removed(
        20,
        "queues of their own for webhooks and mails, so that one that hangs holds up no text",
        (
            Change(
                "edges/worker/runner.py",
                "        for some in (handlers, webhooks, mails):\n",
                "        for some in (handlers | webhooks | mails,):\n",
            ),
        ),
        (of("tests/edges/worker/test_worker.py", "test_others_servers_that_hang_hold_up_no_text"),),
    ),
    Removed(
        20,
        "threads of their own for looking webhooks' names up",
        (
            Change(
                "adapters/webhooks/addresses.py",
                "loop.run_in_executor(_LOOKING_UP, look_up)",
                "loop.run_in_executor(None, look_up)",
            ),
        ),
        (
            of(
                _ADDRESSES,
                "test_threat_20_names_that_nobody_answers_for_take_no_thread_from_others",
            ),
        ),
    ),
    Removed(
        24,
        "that a token's end ends what was set up with it",
        (
            Change(
                "application/governing/tell_webhooks.py",
                '    return "token_revoked" if token and token.revoked_at is not None else None\n',
                "    return None\n",
            ),
        ),
        (
            of(
                _WEBHOOKS,
                "test_what_a_thief_set_up_with_a_token_is_told_nothing_once_that_is_revoked",
            ),
            of(
                _WEBHOOKS,
                "test_a_tried_event_that_waits_is_not_told_after_its_token_is_revoked",
            ),
        ),
    ),
    Removed(
        31,
        "the signature of a carrier's receipts",
        (
            Change(
                "adapters/carriers/http_receipts.py",
                "    if not hmac.compare_digest(expected.encode(), given.encode()):\n",
                "    if False:\n",
            ),
        ),
        (
            of("tests/adapters/carriers/test_http_receipts.py", "test_a_changed_body_is_refused"),
            of(
                "tests/edges/api/test_carrier_events.py",
                "test_a_forged_or_old_receipt_changes_nothing_and_is_recorded",
            ),
        ),
    ),
    Removed(
        31,
        "the five minutes of a carrier's receipts",
        (
            Change(
                "adapters/carriers/http_receipts.py",
                "        check_fresh(time_of(sent), now)\n",
                "        time_of(sent)\n",
            ),
        ),
        (of("tests/adapters/carriers/test_http_receipts.py", "test_an_old_request_is_refused"),),
    ),
    Removed(
        31,
        "the body in what our webhooks sign",
        (
            Change(
                "vault/webhook_secrets.py",
                '    signed = f"{message}.{timestamp}.".encode() + body\n',
                '    signed = f"{message}.{timestamp}.".encode()\n',
            ),
        ),
        (of(_WEBHOOKS, "test_an_event_is_posted_once_signed_and_by_ids_only"),),
    ),
    Removed(
        31,
        "the client's check of our webhooks' signature",
        (
            Change(
                "client/webhook_check.py",
                "    if not any(matches):\n",
                "    if False:\n",
            ),
        ),
        (
            of(
                "tests/client/test_client.py",
                "test_a_webhook_is_believed_only_with_its_signature_and_in_its_time",
            ),
        ),
    ),
    Removed(
        32,
        "that webhooks go to the public network alone",
        (
            Change(
                "adapters/webhooks/addresses.py",
                '        raise AddressRefused("not_public")\n',
                "        pass\n",
            ),
        ),
        (
            of(_ADDRESSES, "test_threat_32_nothing_is_sent_inside"),
            of(
                _ADDRESSES,
                "test_threat_32_one_address_inside_among_public_ones_is_enough_to_refuse",
            ),
        ),
    ),
    Removed(
        32,
        "that the address that was checked is the one that is spoken to",
        (Change(_SENDER, "wanted.copy_with(host=address)", "wanted"),),
        (
            of(
                _ADDRESSES,
                "test_threat_32_a_name_is_looked_up_once_and_that_address_is_spoken_to",
            ),
        ),
    ),
    Removed(
        32,
        "that webhooks follow no redirect",
        (Change(_SENDER, "follow_redirects=False", "follow_redirects=True"),),
        (of(_WEBHOOKS, "test_threat_32_a_redirect_is_not_followed"),),
    ),
    Removed(
        34,
        "that an idempotency key is its request's",
        (
            Change(
                "application/sending/send_message.py",
                "        if asked.request_hash != draft.repeatable.request_hash:\n",
                "        if False:\n",
            ),
        ),
        (
            of(
                "tests/edges/api/test_sending.py",
                "test_a_key_that_came_with_another_message_is_refused",
            ),
        ),
    ),
)
