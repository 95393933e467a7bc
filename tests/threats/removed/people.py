"""What stands before those who would act as a member, or as more than they are."""

from tests.threats.removed.defence import Change, Removed, of

_GOVERNING = "application/governing/"
_ACCOUNTS = "tests/edges/office/test_accounts.py"
_INVITATIONS = "tests/edges/office/test_invitations.py"
_LEAVING = "tests/edges/office/test_leaving.py"
_PASSKEYS = "tests/edges/office/test_passkeys.py"
_ROLES = "tests/edges/office/test_roles.py"

PEOPLE = (
    Removed(
        6,
        "that a passkey's answer holds for the office's origin alone",
        (
            Change(
                "vault/passkeys.py",
                "verify_origin=lambda claimed: claimed == origin",
                "verify_origin=lambda claimed: True",
            ),
        ),
        (of(_PASSKEYS, "test_an_assertion_made_for_another_origin_is_refused"),),
    ),
    Removed(
        6,
        "that a passkey's answer serves once",
        (
            Change(
                _GOVERNING + "use_passkeys.py",
                "        if not await self._throttle.allows((_ONCE, challenge_of(answer))):\n",
                "        if False:\n",
            ),
        ),
        (of(_PASSKEYS, "test_an_assertion_that_was_used_is_refused_when_it_is_replayed"),),
    ),
    Removed(
        6,
        "that a passkey's challenge is ours and of this purpose",
        (
            Change(
                "vault/passkeys.py",
                "        if len(fresh) != _RANDOM_BYTES + _TIME_BYTES or not hmac.compare_digest(\n"
                "            mac, _mac(self._keyring, purpose, fresh)\n"
                "        ):\n",
                "        if len(fresh) != _RANDOM_BYTES + _TIME_BYTES:\n",
            ),
        ),
        (of(_PASSKEYS, "test_an_assertion_for_another_challenge_is_refused"),),
    ),
    Removed(
        11,
        "the question of each route whether the role may",
        (
            Change(
                "edges/office/desk.py",
                "            await self.use_cases.permit(member, needed)\n",
                "            pass\n",
            ),
        ),
        (of(_ROLES, "test_a_role_opens_the_routes_that_its_row_gives_and_no_other"),),
    ),
    Removed(
        11,
        "the question of each act whether the role may",
        (
            Change(
                "application/member_acts.py",
                "        if member.may(permission):\n            return\n",
                "        return\n",
            ),
        ),
        (
            of(
                "tests/edges/cli/test_roles.py",
                "test_a_command_in_the_name_of_a_role_does_what_the_role_may",
            ),
        ),
    ),
    Removed(
        11,
        "whom an officer governs: nobody who could undo it",
        (
            Change(
                "domain/identity/permission.py",
                "    Role.OFFICER: frozenset({Role.MEMBER, Role.AUDITOR}),\n",
                "    Role.OFFICER: _ALL,\n",
            ),
        ),
        (
            of(_ROLES, "test_nobody_governs_who_could_undo_it"),
            of(
                _INVITATIONS,
                "test_nobody_invites_above_themself_and_charlie_of_elsewhere_withdraws_nothing",
            ),
            of(_LEAVING, "test_who_may_not_lets_nobody_go_and_nobody_is_let_go_to_nowhere"),
        ),
    ),
    Removed(
        13,
        "that whoever governs is looked at again when it is their turn",
        (
            Change(
                _GOVERNING + "govern_in_turn.py",
                "        and acting.may_act\n",
                "",
            ),
        ),
        (
            of(
                "tests/application/governing/test_governing_in_turn.py",
                "test_of_two_owners_who_end_each_other_at_one_moment_one_stays",
            ),
        ),
    ),
    Removed(
        13,
        "that those who govern take turns",
        (
            Change(
                _GOVERNING + "govern_in_turn.py",
                "    await members.lock_all(connection, organization)\n",
                "",
            ),
        ),
        (
            of(
                "tests/application/governing/test_governing_in_turn.py",
                "test_of_two_owners_who_end_each_other_at_one_moment_one_stays",
            ),
        ),
    ),
    Removed(
        13,
        "the record of each message that is handed over",
        (
            Change(
                _GOVERNING + "hand_over.py",
                "        await self._acts.record("
                "connection, by, Tag.MESSAGE_HANDED_OVER, message)\n",
                "",
            ),
        ),
        (
            of(
                _LEAVING,
                "test_the_successor_reads_what_was_written_and_the_leavers_key_is_dead",
            ),
        ),
    ),
    Removed(
        21,
        "the limit of tries by account",
        (
            Change(
                _GOVERNING + "sign_in_member.py",
                'PER_ACCOUNT = Limit("member-sign-in-account", 10, _WINDOW)',
                'PER_ACCOUNT = Limit("member-sign-in-account", 10_000, _WINDOW)',
            ),
        ),
        (
            of(
                "tests/application/governing/test_sign_in_member.py",
                "test_guessing_at_one_account_is_throttled_before_any_password_is_checked",
            ),
        ),
    ),
    Removed(
        21,
        "the lock after a hundred failures in a row",
        (
            Change(
                _GOVERNING + "sign_in_member.py",
                "    if member.failed_sign_ins >= MOST_FAILURES:\n",
                "    if False:\n",
            ),
        ),
        (of(_ACCOUNTS, "test_an_officer_lets_a_locked_out_member_try_again"),),
    ),
    Removed(
        24,
        "the end of the session before, when a member signs in",
        (
            Change(
                _GOVERNING + "start_member_session.py",
                "            await member_sessions.end("
                "connection, member.organization, cookie_hash(earlier))\n",
                "            pass\n",
            ),
        ),
        (
            of(
                "tests/application/governing/test_sign_in_member.py",
                "test_a_cookie_from_before_is_dead_after_signing_in",
            ),
        ),
    ),
    Removed(
        24,
        "that a sign-in under way is looked at again before its session begins",
        (
            Change(
                _GOVERNING + "sign_in_member.py",
                "            if not await self._start.may_still(connection, member, opened.wrap):\n",
                "            if False:\n",
            ),
        ),
        (
            of(
                "tests/application/governing/test_sign_in_member.py",
                "test_a_sign_in_that_was_under_way_does_not_outlive_what_ends_all_sessions",
            ),
        ),
    ),
    Removed(
        24,
        "the end of one session that somebody ends",
        (
            Change(
                _GOVERNING + "keep_ways_in.py",
                "                return await member_sessions.end("
                "connection, organization, session.cookie_hash)\n",
                "                return True\n",
            ),
        ),
        (of(_ACCOUNTS, "test_ones_own_ways_in_are_listed_and_end_at_once"),),
    ),
    Removed(
        24,
        "the end of other sessions when the password is changed",
        (
            Change(
                _GOVERNING + "change_password.py",
                "            await member_sessions.end_others(\n"
                "                connection, organization, member.id, member.cookie_hash\n"
                "            )\n",
                "",
            ),
        ),
        (
            of(
                _ACCOUNTS,
                "test_a_changed_password_opens_and_the_old_one_and_other_sessions_do_not",
            ),
        ),
    ),
    Removed(
        24,
        "the password before something that outlasts the session",
        (
            Change(
                _GOVERNING + "prove_again.py",
                "        organization, key = member.organization.id, member.key.row\n",
                "        return\n        organization, key = member.organization.id, member.key.row\n",
            ),
        ),
        (
            of(
                _ACCOUNTS,
                "test_a_found_session_can_not_change_the_password_or_the_app_without_the_password",
            ),
        ),
    ),
    Removed(
        24,
        "that a recovery takes the second factor too",
        (
            Change(
                _GOVERNING + "recover_member.py",
                "        step = self._step(member, typed.code)\n",
                "        step = self._step(member, typed.code) or 10**9\n",
            ),
        ),
        (of(_INVITATIONS, "test_a_recovery_takes_the_second_factor_too_and_says_one_thing"),),
    ),
    Removed(
        24,
        "that an invitation serves once",
        (
            Change(
                _GOVERNING + "accept_invitation.py",
                "        return await invitations.end(\n"
                "            connection, invitation.organization, invitation.id, self._clock.now()\n"
                "        )\n",
                "        return True\n",
            ),
        ),
        (
            of(
                _INVITATIONS,
                "test_an_invited_person_sets_up_their_own_sign_in_and_the_link_serves_once",
            ),
        ),
    ),
    Removed(
        24,
        "the end of an invitation after a week",
        (
            Change(
                "domain/identity/invitation.py",
                "self.ended_at is None and now < self.expires_at",
                "self.ended_at is None",
            ),
        ),
        (of(_INVITATIONS, "test_a_link_is_kept_as_a_hash_and_ends_by_itself"),),
    ),
    Removed(
        24,
        "the end of an invitation with its maker's time here",
        (
            Change(
                _GOVERNING + "accept_invitation.py",
                "            and maker.may_act\n",
                "",
            ),
        ),
        (
            of(
                _INVITATIONS,
                "test_an_invitation_ends_when_it_is_withdrawn_renewed_or_its_maker_is_gone",
            ),
        ),
    ),
    Removed(
        24,
        "the end of what a thief got in by, when the member comes back",
        (
            Change(
                _GOVERNING + "return_member.py",
                "        await member_access.end_all(connection, organization, member, now)\n",
                "",
            ),
        ),
        (
            of(
                _INVITATIONS,
                "test_what_a_thief_got_in_by_before_the_member_came_back_ends_with_it",
            ),
        ),
    ),
    Removed(
        24,
        "the end of sessions, app passwords and tokens when a member is let go",
        (
            Change(
                _GOVERNING + "let_go.py",
                "        await member_access.end_all(connection, organization, member, now)\n",
                "",
            ),
        ),
        (of(_LEAVING, "test_within_a_minute_nothing_that_a_member_had_lets_anybody_in"),),
    ),
    Removed(
        24,
        "the end of a leaver's key",
        (
            Change(
                _GOVERNING + "let_go.py",
                "        await reader_keys.remove_all_wraps_of(connection, organization, member)\n",
                "",
            ),
        ),
        (
            of(
                _LEAVING,
                "test_the_successor_reads_what_was_written_and_the_leavers_key_is_dead",
            ),
        ),
    ),
    Removed(
        24,
        "a new key for the teams of whoever leaves",
        (
            Change(
                _GOVERNING + "let_go.py",
                "        await self._team_keys.renew(connection, organization, team.id, holders)\n",
                "",
            ),
        ),
        (of(_LEAVING, "test_a_team_gets_a_key_that_the_leaver_never_had_and_loses_nothing"),),
    ),
)
