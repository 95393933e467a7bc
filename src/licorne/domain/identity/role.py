"""What a member may be in an organization."""

import enum


class Role(enum.StrEnum):
    OWNER = "owner"
    OFFICER = "officer"
    MEMBER = "member"
    AUDITOR = "auditor"
