"""What stands before the practice's own copies."""

from tests.threats.removed.defence import Change, Removed, of

_RECORD_KEY = "tests/edges/office/test_record_key.py"

OFFICERS = (
    Removed(
        13,
        "the second officer: the record key is locked to each of them alone, too",
        (
            Change(
                "application/governing/record_holders.py",
                "        for first in officers:\n            for second in",
                "        for first in officers:\n"
                "            yield wrap_for_reader(key, first, wrap_id=self._new_id())\n"
                "            for second in",
            ),
        ),
        (
            of(
                _RECORD_KEY,
                "test_threat_13_one_officer_opens_nothing_without_another_ones_approval",
            ),
        ),
    ),
    Removed(
        13,
        "the alarm when somebody opens a colleague's conversation",
        (
            Change(
                "application/governing/open_in_emergency.py",
                "            await raise_alarm("
                "connection, self._acts, by, AlarmKind.EMERGENCY, made)\n",
                "",
            ),
        ),
        (
            of(
                "tests/edges/office/test_emergencies.py",
                "test_all_who_lead_are_told_by_email_as_well_and_of_no_patient",
            ),
        ),
    ),
    Removed(
        13,
        "the end of a release after an hour",
        (
            Change(
                "store/record_releases.py",
                '        " AND r.approved_at IS NOT NULL AND r.open_until > $3",\n',
                '        " AND r.approved_at IS NOT NULL AND $3::timestamptz IS NOT NULL",\n',
            ),
        ),
        (of(_RECORD_KEY, "test_a_release_ends_after_an_hour_or_when_somebody_closes_it"),),
    ),
)
