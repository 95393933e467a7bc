"""One command as it was typed: its options, what it may use, and where it writes."""

import argparse
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

import msgspec

from licorne.application.acting_member import ActingMember
from licorne.edges.cli.use_cases import CommandUseCases

DONE = 0
REFUSED = 1


class CommandFailed(Exception):
    """A command can't do what was asked; ``sentence`` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Invocation:
    options: argparse.Namespace
    use_cases: CommandUseCases
    out: TextIO
    err: TextIO

    async def acting(self) -> ActingMember:
        """Give the member in whose name it is done: ``--as``, else the practice's first owner.

        Raises `NotPermitted` where their role doesn't give what the command needs.
        """
        member = await self.use_cases.act_as(self.options.as_email, self.options.organization)
        await self.use_cases.permit(member, self.options.needs)
        return member

    @property
    def as_json(self) -> bool:
        return bool(getattr(self.options, "json", False))

    def say(self, text: str) -> None:
        self.out.write(text + "\n")

    def warn(self, text: str) -> None:
        self.err.write(text + "\n")

    def tell_json(self, answer: object) -> None:
        self.say(msgspec.json.encode(answer).decode())


Handler = Callable[[Invocation], Awaitable[int]]


def shown_time(at: datetime, member: ActingMember) -> str:
    """Write a time as the practice's people read it, to the minute, with its zone."""
    return at.astimezone(ZoneInfo(member.organization.time_zone)).strftime("%Y-%m-%d %H:%M %Z")


def identity(text: str) -> uuid.UUID:
    """Read an id, for argparse."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "an id looks like 019dd2f0-6d0e-7c4c-8a52-0d8b4b0e2a11"
        ) from None
