"""What keeps patients' words among those who care for them: mails to members, notes, team keys."""

from tests.threats.removed.defence import Change, Removed, of

_SMTP = "adapters/relays/smtp.py"
_RELAY = "tests/adapters/relays/test_smtp.py"

STAFF = (
    Removed(
        38,
        "that a mail about a reply brings nothing of the contact",
        (
            Change(
                "application/receiving/mail_notice.py",
                "        said = await self._said(connection, notice, about.name)\n",
                "        row = await connection.fetchrow(\n"
                '            "SELECT id, name_sealed FROM contact WHERE name_sealed IS NOT NULL"\n'
                "        )\n"
                "        from licorne.vault.personal_fields import open_contact_name\n"
                "        who = open_contact_name(\n"
                '            self._keyring, organization, row["id"], row["name_sealed"]\n'
                "        )\n"
                "        said = await self._said(connection, notice, who)\n",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_reply_mails.py",
                "test_threat_38_a_mail_of_a_reply_holds_nothing_of_it",
            ),
        ),
    ),
    Removed(
        38,
        "that a mail about a reply goes encrypted or not at all",
        (
            Change(
                _SMTP,
                "        if not access.implicit_tls:\n",
                '        if not access.implicit_tls and smtp.has_extn("starttls"):\n',
            ),
        ),
        (of(_RELAY, "test_a_relay_without_tls_gets_neither_password_nor_mail"),),
    ),
    Removed(
        38,
        "the check of the relay's certificate",
        (
            Change(
                _SMTP,
                "        context.minimum_version = ssl.TLSVersion.TLSv1_2\n",
                "        context.check_hostname = False\n"
                "        context.verify_mode = ssl.CERT_NONE\n",
            ),
        ),
        (of(_RELAY, "test_who_isnt_who_they_should_be_gets_neither_password_nor_mail"),),
    ),
    Removed(
        38,
        "that a note is sealed to nobody but the team and the record",
        (
            Change(
                "store/thread_notes.py",
                "    record = await fetch_current(connection, organization, organization)\n",
                '    mailbox = await connection.fetchval("SELECT id FROM mailbox LIMIT 1")\n'
                "    record = await fetch_current(connection, organization, mailbox)\n",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_team_threads.py",
                "test_a_note_never_comes_to_the_contact",
            ),
        ),
    ),
    Removed(
        13,
        "that nobody lets themself into a team",
        (
            Change(
                "application/governing/let_in.py",
                "        if member == by.id:\n",
                "        if member is None:\n",
            ),
        ),
        (
            of(
                "tests/edges/office/test_teams.py",
                "test_an_officer_who_opens_the_practices_copies_lets_in_and_nobody_elses_officer",
            ),
        ),
    ),
    Removed(
        11,
        "that who was added to a team, and not let in, writes nothing for it",
        (
            Change(
                "store/migrations/sql/0007/02_work_in_threads.sql",
                "           = (organization, team, member) AND NOT m.pending\n",
                "           = (organization, team, member)\n",
            ),
        ),
        (
            of(
                "tests/application/receiving/test_team_threads.py",
                "test_nobody_writes_for_a_team_who_isnt_of_it_or_still_waits",
            ),
        ),
    ),
)
