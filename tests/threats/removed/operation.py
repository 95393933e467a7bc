"""Defences of whoever runs the machine: what a backup gives back, and what it doesn't."""

from tests.threats.removed.defence import Change, Removed, of

_DRILL = "tests/wiring/test_restore_drill.py"

_RECORDS = "tests/application/keeping/test_retention_and_holds.py"

OPERATION = (
    Removed(
        13,
        "the legal hold, at the end of a record's time",
        (
            Change(
                "store/record_ends.py",
                "           AND NOT record_is_held(m.organization_id, m.id)\n"
                "         ORDER BY m.retain_until",
                "         ORDER BY m.retain_until",
            ),
        ),
        (
            of(_RECORDS, "test_what_is_held_outlasts_its_time_until_it_is_released"),
            of(_RECORDS, "test_who_destroys_waits_for_a_hold_that_is_being_placed"),
        ),
    ),
    Removed(
        11,
        "that a copy is given out only to whose keys open all of it",
        (
            Change(
                "application/keeping/export_correspondence.py",
                "return WhyNotExported.NOT_WHOLE if extent.closed else None",
                "return None",
            ),
        ),
        (
            of(
                "tests/edges/office/test_export.py",
                "test_a_member_gets_a_copy_only_of_what_they_can_open_whole",
            ),
        ),
    ),
    Removed(
        24,
        "that the trail knows through which session something was done",
        (Change("application/member_acts.py", "via=member.via", "via=None"),),
        (
            of(
                "tests/edges/office/test_exposure.py",
                "test_a_session_saw_what_was_opened_in_it_and_names_that_its_lists_showed",
            ),
        ),
    ),
    Removed(
        37,
        "that a clock which was set ahead isn't believed",
        (
            Change(
                "application/steady_time.py",
                "return min(self._clock.now(), self._started_at + passed)",
                "return self._clock.now()",
            ),
        ),
        (
            of(_RECORDS, "test_a_clock_set_years_ahead_destroys_no_record"),
            of(
                "tests/application/keeping/test_end_of_copies.py",
                "test_a_clock_set_a_day_ahead_ends_no_message_early",
            ),
            of(
                "tests/application/sending/test_announce_in_doubt.py",
                "test_a_clock_set_a_day_ahead_leaves_nobody_without_a_text",
            ),
        ),
    ),
    Removed(
        9,
        "the newest slots at a restore",
        (
            Change(
                "application/keeping/restore.py",
                "        return await self._shelf.manifest(wanted), newest\n",
                "        chosen = await self._shelf.manifest(wanted)\n"
                "        return chosen, chosen\n",
            ),
        ),
        (
            of(
                "tests/threats/test_09_a_backup_thief.py",
                "test_what_ended_since_a_backup_stays_closed_when_it_is_restored",
            ),
        ),
    ),
    Removed(
        9,
        "the end of old copies of slots",
        (
            Change(
                "application/keeping/back_up.py",
                "            if await self._store.remove(name):\n",
                "            if name is None:\n",
            ),
        ),
        (of(_DRILL, "test_copies_of_shred_slots_end_after_the_days_that_are_promised"),),
    ),
    Removed(
        9,
        "the condition under which a page of shared slots is replaced",
        (
            Change(
                "adapters/slots/object_store.py",
                'mode={"e_tag": found.meta["e_tag"]}',
                'mode="overwrite"',
            ),
        ),
        (
            of(
                "tests/adapters/slots/test_every_slot_store.py",
                "test_two_who_destroy_in_one_page_at_once_both_have_their_way",
            ),
        ),
    ),
    Removed(
        24,
        "the end of sessions at a restore",
        (
            Change(
                "application/keeping/end_ways_in.py",
                "            await ways_in.end_all_sessions(connection)\n",
                "",
            ),
        ),
        (of(_DRILL, "test_an_empty_machine_and_a_backup_make_an_installation_that_serves"),),
    ),
    Removed(
        24,
        "the end of tokens, app passwords, passkeys and invitations at a restore",
        (
            Change(
                "application/keeping/end_ways_in.py",
                "            if sessions_only:\n",
                "            if True:\n",
            ),
        ),
        (of(_DRILL, "test_threat_24_what_may_have_been_revoked_since_a_backup_serves_no_more"),),
    ),
    Removed(
        38,
        "that a metric's labels are the code's and not the caller's",
        (
            Change(
                "edges/web/request_log.py",
                'route=about.get("path_template") or "(no such page)"',
                'route=about.get("path")',
            ),
        ),
        (
            of(
                "tests/wiring/test_metrics.py",
                "test_threat_38_metrics_and_logs_tell_what_happened_and_nothing_about_anybody",
            ),
        ),
    ),
)
