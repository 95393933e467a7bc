"""What an auditor asks for, paragraph by paragraph of 45 CFR 164.312, and where it is shown.

`docs/auditor.md` says the same, with the tests that hold each; a test keeps both together and sees
that every page and command that is named here exists.
"""

from dataclasses import dataclass

from licorne.edges.web.language import gettext as _


@dataclass(frozen=True, slots=True)
class ShownAt:
    """A page of the office, for those whose role opens it."""

    path: str
    label: str


@dataclass(frozen=True, slots=True)
class AuditorAnswer:
    """``commands`` are for the operator, on the machine that runs Licorne."""

    paragraph: str
    title: str
    answer: str
    pages: tuple[ShownAt, ...] = ()
    commands: tuple[str, ...] = ()


def auditor_answers() -> tuple[AuditorAnswer, ...]:
    audit = ShownAt("/office/audit", _("Audit trail"))
    refused = ShownAt("/office/audit?kind=all&outcome=refused", _("Everything that was refused"))
    reading = ShownAt("/office/audit?kind=reading", _("Who read what"))
    sign_ins = ShownAt("/office/audit?kind=sign-ins", _("Sign-ins and sign-outs"))
    members = ShownAt("/office/members", _("Members"))
    arrangement = ShownAt("/office/who-sees-what", _("Who sees what"))
    emergencies = ShownAt("/office/emergencies", _("Emergency access"))
    account = ShownAt("/office/account", _("Your account"))
    return (
        AuditorAnswer(
            "(a)(1)",
            _("Access control"),
            _(
                "Four roles, each with what it may do; every page and command asks for it. What"
                " people write is opened by keys, and no role has another person’s."
            ),
            (arrangement, members, refused),
            ("licorne member list", "licorne team list"),
        ),
        AuditorAnswer(
            "(a)(2)(i)",
            _("Unique user identification"),
            _(
                "Every member, program and contact has an id of their own, and every entry of the"
                " trail names one. Nothing is shared: programs have tokens of their own."
            ),
            (audit, members),
            ("licorne member list", "licorne service list", "licorne token list"),
        ),
        AuditorAnswer(
            "(a)(2)(ii)",
            _("Emergency access procedure"),
            _(
                "Whom the practice trusts with it opens a conversation that isn’t theirs with a"
                " written reason, for an hour. Each message that is read is recorded, and all"
                " owners and officers are alarmed."
            ),
            (emergencies, audit),
        ),
        AuditorAnswer(
            "(a)(2)(iii)",
            _("Automatic logoff"),
            _(
                "A session ends by itself when nobody uses it; pages that update themselves don’t"
                " keep it alive. Owners and officers end others’ sessions at once."
            ),
            (account, sign_ins),
        ),
        AuditorAnswer(
            "(a)(2)(iv)",
            _("Encryption and decryption"),
            _(
                "Each message is sealed under a key of its own (AES-256-GCM), granted to its"
                " readers alone. The database, the disk and a backup by themselves open nothing."
            ),
            (),
            ("licorne doctor", "licorne keys list"),
        ),
        AuditorAnswer(
            "(b)",
            _("Audit controls"),
            _(
                "Every act and every refusal is an entry, written with the fact itself, linked to"
                " the one before by a hash, and never changed. No entry says what a message says."
            ),
            (audit, reading),
            ("licorne audit verify", "licorne audit export"),
        ),
        AuditorAnswer(
            "(c)(1)",
            _("Integrity"),
            _(
                "Nothing that is kept can be altered unseen: messages are signed and authenticated,"
                " backups have checksums, and what is destroyed in time is recorded."
            ),
            (audit,),
            ("licorne audit verify", "licorne doctor"),
        ),
        AuditorAnswer(
            "(c)(2)",
            _("Mechanism to authenticate health information"),
            _(
                "A message whose content, readers or header were changed outside Licorne doesn’t"
                " open; a trail that was edited, cut or reordered doesn’t verify."
            ),
            (),
            ("licorne audit verify",),
        ),
        AuditorAnswer(
            "(d)",
            _("Person or entity authentication"),
            _(
                "Members sign in with a password and a second factor that can’t be switched off, or"
                " with a passkey. Contacts prove themselves before they read."
            ),
            (sign_ins, account),
            ("licorne token list",),
        ),
        AuditorAnswer(
            "(e)(1)",
            _("Transmission security"),
            _(
                "Pages, the API and mail are served over TLS 1.2 or later, and nothing is taken"
                " before. The text message says that something waits, and nothing else."
            ),
            (),
            ("licorne doctor", "licorne inventory"),
        ),
        AuditorAnswer(
            "(e)(2)(i)",
            _("Integrity controls in transmission"),
            _(
                "TLS protects what travels. Webhooks and carriers’ receipts are signed and believed"
                " in no other way; a file that breaks off on its way is taken by nobody for whole."
            ),
            (refused,),
            ("licorne doctor",),
        ),
        AuditorAnswer(
            "(e)(2)(ii)",
            _("Encryption in transmission"),
            _(
                "All that leaves is encrypted but the text message, which holds no health"
                " information: its wording is checked for health words before it is sent."
            ),
            (),
            ("licorne doctor", "licorne inventory"),
        ),
    )
