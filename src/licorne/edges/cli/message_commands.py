"""`licorne send`, `status`, `recall`: the main job from a terminal or a script."""

import mimetypes
import sys
from pathlib import Path

from licorne.application.acting_member import ActingMember
from licorne.application.sending.message_states import ShownMessage
from licorne.application.sending.outcome import Refused, Sent
from licorne.application.sending.recall_message import Recalled
from licorne.domain.identity.ids import MessageId
from licorne.domain.identity.permission import Permission
from licorne.domain.identity.recipient import parse_recipient
from licorne.domain.message.attachment import UNKNOWN_TYPE, Attachment
from licorne.domain.message.content import MAX_CONTENT_BYTES, Content, ContentRefusal
from licorne.domain.message.draft import Draft, Source
from licorne.domain.pickup.passphrase import (
    Passphrase,
    generate_passphrase,
    parse_chosen_passphrase,
)
from licorne.domain.policy.rules import NOT_ASSIGNABLE
from licorne.domain.policy.sentences import sentence
from licorne.edges.cli.arguments import Run, Shared, Subcommands, add_command, lifetime
from licorne.edges.cli.invocation import (
    DONE,
    REFUSED,
    CommandFailed,
    Invocation,
    identity,
    shown_time,
)
from licorne.edges.cli.told_message import sent_as_json, shown_as_json

_STDIN = "-"
_GENERATED = "auto"


def add_messages(subparsers: Subcommands, run: Run, shared: Shared) -> None:
    send = add_command(
        subparsers, "send", _send, run, shared,
        needs=Permission.WRITE_MESSAGES,
        summary="send a secure text to a phone number",
        description="Seal a message, keep it, and have an SMS with a link sent. What is printed\n"
        "as taken is durable. The SMS says who has written, and nothing of what.",
        examples="""\
  licorne send 2114367789 "Your results are in."
  licorne send +442079460123 "See attached." --attach letter.pdf --expires 7d
  echo "Your results are in." | licorne send 2114367789 - --passphrase auto

A text on the command line can be seen by other users of this machine while the command runs,
and stays in the shell's history; a TEXT of - is read from standard input.""",
    )  # fmt: skip
    send.add_argument("number", metavar="NUMBER", help="2114367789, +12114367789 or …@secure.text")
    send.add_argument("text", metavar="TEXT", help="what the message says; - reads it from stdin")
    send.add_argument("--subject", help="shown with the message, never in the SMS")
    send.add_argument(
        "--attach", action="append", default=[], type=Path, metavar="FILE", help="may be repeated"
    )
    send.add_argument(
        "--expires", type=lifetime, metavar="TIME", help="how long it can be read, such as 12h, 7d"
    )
    send.add_argument(
        "--passphrase",
        metavar="WORDS",
        help="words to know before reading; auto makes four words and prints them once",
    )
    status = add_command(
        subparsers, "status", _status, run, shared,
        needs=Permission.READ_MESSAGES,
        summary="see what became of a message",
        description="Show a message's deliveries with every step. Never what the message says.",
        examples="  licorne status 019dd2f0-6d0e-7c4c-8a52-0d8b4b0e2a11",
    )  # fmt: skip
    recall = add_command(
        subparsers, "recall", _recall, run, shared,
        needs=Permission.WRITE_MESSAGES,
        summary="take a message back",
        description="Destroy the recipients' copies at once, read or not.\n"
        "The practice's copy stays, since it is its record.",
        examples="  licorne recall 019dd2f0-6d0e-7c4c-8a52-0d8b4b0e2a11",
    )  # fmt: skip
    for parser in (status, recall):
        parser.add_argument("message", metavar="ID", type=identity, help="as send printed it")


async def _send(invocation: Invocation) -> int:
    options, member = invocation.options, await invocation.acting()
    domains = await invocation.use_cases.act_as.text_domains(member.organization.id)
    passphrase = _passphrase(invocation)
    draft = Draft(
        organization=member.organization.id,
        author=member.actor,
        source=Source.COMMAND,
        recipients=(parse_recipient(options.number, domains, member.organization.region),),
        content=Content(
            options.subject, _text(options.text), None, tuple(map(_attachment, options.attach))
        ),
        expires_in=options.expires,
        passphrase=None if passphrase is None else passphrase.normalised,
    )
    sent = await invocation.use_cases.send(draft)
    if isinstance(sent, Refused):
        for refusal in sent.refusals:
            invocation.warn(sentence(refusal.verdict))
        return REFUSED
    if not isinstance(sent, Sent):
        raise TypeError("a command's message can't be a repeated one")
    generated = passphrase if options.passphrase == _GENERATED else None
    if invocation.as_json:
        invocation.tell_json(sent_as_json(sent, None if generated is None else generated.shown))
    else:
        _tell_sent(invocation, member, sent, generated)
    return DONE


def _text(typed: str) -> str:
    return sys.stdin.read() if typed == _STDIN else typed


def _passphrase(invocation: Invocation) -> Passphrase | None:
    typed = invocation.options.passphrase
    if typed is None:
        return None
    if typed == _GENERATED:
        return generate_passphrase(invocation.use_cases.randomness.bytes)
    return parse_chosen_passphrase(typed)


def _attachment(path: Path) -> Attachment:
    try:
        if path.stat().st_size > MAX_CONTENT_BYTES:
            raise CommandFailed(ContentRefusal.TOO_LARGE.value)
        content = path.read_bytes()
    except OSError as problem:
        raise CommandFailed(f"{path} can't be read: {problem.strerror}.") from problem
    return Attachment(path.name, mimetypes.guess_type(path.name)[0] or UNKNOWN_TYPE, content)


def _tell_sent(
    invocation: Invocation, member: ActingMember, sent: Sent, generated: Passphrase | None
) -> None:
    (delivery,) = sent.deliveries
    invocation.say(f"Taken: message {sent.message} to {delivery.number.international}.")
    if NOT_ASSIGNABLE in delivery.flags:
        invocation.say("Nobody can have this number, so no live carrier will be asked to text it.")
    invocation.say(f"It can be read until {shown_time(sent.expires_at, member)}.")
    if generated is not None:
        invocation.say(f"Passphrase: {generated.shown}")
        invocation.say("Tell it to them by telephone or on paper. It is shown only now.")
    invocation.say(f"What becomes of it: licorne status {sent.message}")


async def _status(invocation: Invocation) -> int:
    member = await invocation.acting()
    shown = await _shown(invocation, member)
    if invocation.as_json:
        invocation.tell_json(shown_as_json(shown))
    else:
        _tell_shown(invocation, member, shown)
    return DONE


async def _recall(invocation: Invocation) -> int:
    member, message = await invocation.acting(), MessageId(invocation.options.message)
    recalled = await invocation.use_cases.recall(member.organization.id, message, member.actor)
    if recalled is Recalled.NOT_FOUND:
        raise _no_such_message(member)
    shown = await _shown(invocation, member)
    if shown.recalled_at is None:
        raise CommandFailed("The message expired before; there is nothing to take back.")
    if invocation.as_json:
        invocation.tell_json(shown_as_json(shown))
    else:
        invocation.say(f"Recalled at {shown_time(shown.recalled_at, member)}.")
    return DONE


async def _shown(invocation: Invocation, member: ActingMember) -> ShownMessage:
    shown = await invocation.use_cases.states.one(
        member.organization.id, member.actor, MessageId(invocation.options.message)
    )
    if shown is None:
        raise _no_such_message(member)
    return shown


def _no_such_message(member: ActingMember) -> CommandFailed:
    return CommandFailed(
        f"{member.name} has sent no such message. Name who sent it with --as EMAIL."
    )


def _tell_shown(invocation: Invocation, member: ActingMember, shown: ShownMessage) -> None:
    invocation.say(f"Message {shown.id}, can be read until {shown_time(shown.expires_at, member)}.")
    for delivery in shown.deliveries:
        because = f" ({delivery.reason})" if delivery.reason else ""
        invocation.say(f"To {delivery.number.international}: {delivery.state.value}{because}")
        for step in delivery.history:
            detail = f"  {step.detail}" if step.detail else ""
            invocation.say(f"  {shown_time(step.at, member)}  {step.state}{detail}")
