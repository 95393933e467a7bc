"""Who may do what: one table, from which the office, the commands and the tests all read.

A role gives no more than its row says, and nothing here opens a message: that takes a key, which a
member holds for their own threads and for their teams' (45 CFR 164.308(a)(4), 164.312(a)(1)).
"""

import enum
from collections.abc import Mapping

from licorne.domain.identity.role import Role


class Permission(enum.StrEnum):
    """An act that a role allows or not. The value stands in the audit trail when it is refused."""

    KEEP_OWN_ACCOUNT = "own_account"  # password, authenticator, own sessions, signing out
    SEE_ARRANGEMENT = "arrangement"  # who works here, and who sees whose threads
    READ_MESSAGES = "messages_read"  # in one's own inbox and one's teams'
    WRITE_MESSAGES = "messages_write"  # write, recall, remind, set passphrases
    SEE_CONTACTS = "contacts_see"  # names and numbers
    CHANGE_CONTACTS = "contacts_change"
    KEEP_APP_PASSWORDS = "app_passwords"
    KEEP_TOKENS = "tokens"  # for oneself
    KEEP_TOKENS_OF_ALL = "tokens_all"
    KEEP_TEAMS = "teams"
    KEEP_SERVICES = "services"
    KEEP_PRACTICE = "practice"  # the language that it speaks by itself
    SEE_AUDIT = "audit"
    SET_POLICY = "policy"  # whether texts need a recorded consent; the ledger for counsel
    EXPORT_RECORDS = "records_export"  # a correspondence that one's keys open
    SEE_INCIDENTS = "incidents_see"
    KEEP_INCIDENTS = "incidents_keep"
    KEEP_RECORDS = "records"  # retention, legal holds, destruction
    OPEN_IN_EMERGENCY = (
        "emergency"  # a conversation that isn't theirs, where the practice lets them
    )
    HEAR_ALARMS = "alarms"
    HOLD_RECORD_KEY = "record_key"  # a share of it, where one was given; approve its release
    GOVERN_MEMBERS = "members_govern"  # invite, unlock, suspend, let go, end ways in


_ALL = frozenset(Role)
_LEADS = frozenset({Role.OWNER, Role.OFFICER})
_STAFF = frozenset({Role.OWNER, Role.OFFICER, Role.MEMBER})
_OWNER = frozenset({Role.OWNER})

ALLOWED: Mapping[Permission, frozenset[Role]] = {
    Permission.KEEP_OWN_ACCOUNT: _ALL,
    Permission.SEE_ARRANGEMENT: _ALL,
    Permission.READ_MESSAGES: _STAFF,
    Permission.WRITE_MESSAGES: _STAFF,
    Permission.SEE_CONTACTS: _STAFF,
    Permission.CHANGE_CONTACTS: _STAFF,
    Permission.KEEP_APP_PASSWORDS: _STAFF,
    Permission.KEEP_TOKENS: _STAFF,
    Permission.KEEP_TOKENS_OF_ALL: _OWNER,
    Permission.KEEP_TEAMS: _OWNER,
    Permission.KEEP_SERVICES: _OWNER,
    Permission.KEEP_PRACTICE: _OWNER,
    Permission.SEE_AUDIT: _LEADS | {Role.AUDITOR},
    Permission.SET_POLICY: _LEADS,
    Permission.EXPORT_RECORDS: _STAFF,
    Permission.SEE_INCIDENTS: _LEADS | {Role.AUDITOR},
    Permission.KEEP_INCIDENTS: _LEADS,
    Permission.KEEP_RECORDS: _LEADS,
    Permission.OPEN_IN_EMERGENCY: _STAFF,
    Permission.HEAR_ALARMS: _LEADS,
    Permission.HOLD_RECORD_KEY: _LEADS,
    Permission.GOVERN_MEMBERS: _LEADS,
}

# Whom a role may govern: an officer must not make, or end, somebody who could undo it.
GOVERNED: Mapping[Role, frozenset[Role]] = {
    Role.OWNER: _ALL,
    Role.OFFICER: frozenset({Role.MEMBER, Role.AUDITOR}),
    Role.MEMBER: frozenset(),
    Role.AUDITOR: frozenset(),
}


def is_allowed(role: Role, permission: Permission) -> bool:
    return role in ALLOWED[permission]


def may_govern(role: Role, other: Role) -> bool:
    """Say whether somebody of this role may invite, end or unlock somebody of the other."""
    return is_allowed(role, Permission.GOVERN_MEMBERS) and other in GOVERNED[role]
