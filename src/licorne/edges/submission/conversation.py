"""One conversation with an email program: RFC 5321 and 6409, one method a command.

Nothing but EHLO, STARTTLS and QUIT is taken before the connection is encrypted, and nothing but
AUTH before the person's program has signed in (RFC 8314).
"""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable

import structlog

from licorne.application.sending.authenticate_submission import (
    Submitter,
    TooManyTries,
    WrongCredentials,
)
from licorne.edges.submission import replies
from licorne.edges.submission.commands import (
    SyntaxWrong,
    read_base64,
    read_command,
    read_path,
    read_plain_response,
)
from licorne.edges.submission.envelope import Envelope
from licorne.edges.submission.limits import SubmissionLimits
from licorne.edges.submission.replies import Reply
from licorne.edges.submission.take_message import TakeMessage
from licorne.edges.submission.wire import (
    BareLineEnd,
    DataTooLarge,
    Gone,
    LineTooLong,
    NoRoomInFlight,
    TooSlow,
    Wire,
    has_broken_line_ends,
)

log = structlog.get_logger("licorne.submission")

_MAIL_PARAMETERS = {"SIZE", "BODY", "SMTPUTF8", "AUTH"}
_BODIES = {"7BIT", "8BITMIME"}


class Ended(Exception):
    """The conversation is over; the reply was sent."""


class Conversation:
    def __init__(
        self,
        wire: Wire,
        take: TakeMessage,
        limits: SubmissionLimits,
        tls: ssl.SSLContext,
        name: str,
    ) -> None:
        self._wire = wire
        self._take = take
        self._limits = limits
        self._tls = tls
        self._name = name
        self._greeted = False
        self._submitter: Submitter | None = None
        self._envelope: Envelope | None = None
        self._failed_sign_ins = 0
        self._bad_commands = 0
        self._messages = 0
        self._busy = False
        self._stopping = False
        self._started = asyncio.get_running_loop().time()
        self._commands: dict[str, Callable[[str], Awaitable[Reply | None]]] = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": self._noop,
            "VRFY": self._vrfy,
            "EXPN": self._vrfy,
            "HELP": self._help,
            "QUIT": self._quit,
        }

    async def run(self) -> None:
        """Talk until one of the two hangs up."""
        try:
            await self._reply(Reply(220, "", f"{self._name} ESMTP Licorne"))
            while not self._stopping:
                await self._one_command()
            await self._last_word(replies.SHUTTING_DOWN)
        except (Gone, Ended, ConnectionError, ssl.SSLError):
            pass
        except TooSlow:
            await self._last_word(replies.TOO_SLOW)
        finally:
            self._wire.close()

    async def shut_down(self) -> None:
        """Say goodbye: now if nothing is under way, else after what is."""
        self._stopping = True
        if not self._busy:
            await self._last_word(replies.SHUTTING_DOWN)
            self._wire.close()

    async def _one_command(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.command_deadline
        if self._submitter is None:
            deadline = self._started + self._limits.sign_in_deadline
        try:
            line = await self._wire.read_line(self._limits.command_line, deadline)
            command = read_command(line)
        except LineTooLong:
            await self._refuse_command(replies.LINE_TOO_LONG)
            return
        except BareLineEnd:
            await self._refuse_command(replies.BARE_LINE_END)
            return
        except SyntaxWrong:
            await self._refuse_command(replies.BAD_SYNTAX)
            return
        handler = self._commands.get(command.verb)
        if handler is None:
            await self._refuse_command(replies.UNKNOWN_COMMAND)
            return
        self._busy = True
        try:
            reply = await handler(command.argument)
        except SyntaxWrong:
            reply = replies.BAD_SYNTAX
        except (Gone, Ended, TooSlow, ConnectionError, ssl.SSLError):
            raise
        except Exception:
            log.exception("command_failed", verb=command.verb)
            reply = replies.NOT_NOW
        finally:
            self._busy = False
        if reply is not None:
            await self._reply(reply)

    async def _refuse_command(self, reply: Reply) -> None:
        self._bad_commands += 1
        if self._bad_commands > self._limits.bad_commands:
            await self._reply(replies.TOO_MANY_BAD_COMMANDS)
            raise Ended
        await self._reply(reply)

    async def _reply(self, reply: Reply) -> None:
        await self._wire.send(reply.encode())

    async def _last_word(self, reply: Reply) -> None:
        with contextlib.suppress(Gone, ConnectionError, TimeoutError, ssl.SSLError):
            async with asyncio.timeout(1.0):
                await self._reply(reply)

    async def _ehlo(self, argument: str) -> Reply | None:
        if not argument:
            return replies.BAD_SYNTAX
        self._greeted, self._envelope = True, None
        offers = [
            self._name,
            f"SIZE {self._limits.message}",
            "8BITMIME",
            "SMTPUTF8",
            "PIPELINING",
            "ENHANCEDSTATUSCODES",
        ]
        offers.append("AUTH PLAIN LOGIN" if self._wire.encrypted else "STARTTLS")
        lines = [f"250-{offer}\r\n" for offer in offers[:-1]] + [f"250 {offers[-1]}\r\n"]
        await self._wire.send("".join(lines).encode("ascii"))
        return None

    async def _helo(self, argument: str) -> Reply | None:
        if not argument:
            return replies.BAD_SYNTAX
        self._greeted, self._envelope = True, None
        return Reply(250, "", self._name)

    async def _starttls(self, argument: str) -> Reply | None:
        if argument:
            return replies.BAD_SYNTAX
        if self._wire.encrypted:
            return replies.TLS_ALREADY
        if not self._greeted:
            return replies.SAY_HELLO_FIRST
        await self._reply(replies.READY_FOR_TLS)
        try:
            await self._wire.start_tls(self._tls)
        except (ssl.SSLError, OSError) as problem:
            raise Gone from problem
        # Everything learnt in the clear is forgotten (RFC 3207 §4.2).
        self._greeted, self._envelope = False, None
        return None

    async def _auth(self, argument: str) -> Reply | None:
        if not self._wire.encrypted:
            return replies.TLS_FIRST
        if not self._greeted:
            return replies.SAY_HELLO_FIRST
        if self._submitter is not None:
            return replies.SIGNED_IN_ALREADY
        mechanism, _, initial = argument.partition(" ")
        match mechanism.upper():
            case "PLAIN":
                credentials = await self._plain(initial.strip())
            case "LOGIN":
                credentials = await self._login(initial.strip())
            case _:
                return replies.NO_SUCH_MECHANISM
        if isinstance(credentials, Reply):
            return credentials
        return await self._sign_in(*credentials)

    async def _plain(self, initial: str) -> tuple[str, str] | Reply:
        text = initial or await self._ask(replies.CHALLENGE_EMPTY)
        if text == "*":
            return replies.CANCELLED
        try:
            return read_plain_response(text)
        except SyntaxWrong:
            return replies.BAD_BASE64

    async def _login(self, initial: str) -> tuple[str, str] | Reply:
        username = initial or await self._ask(replies.CHALLENGE_USERNAME)
        if username == "*":
            return replies.CANCELLED
        password = await self._ask(replies.CHALLENGE_PASSWORD)
        if password == "*":  # noqa: S105 - the sign that cancels (RFC 4954 §4)
            return replies.CANCELLED
        try:
            return read_base64(username), read_base64(password)
        except SyntaxWrong:
            return replies.BAD_BASE64

    async def _ask(self, challenge: Reply) -> str:
        await self._wire.send(f"{challenge.code} {challenge.text}\r\n".encode("ascii"))
        deadline = self._started + self._limits.sign_in_deadline
        try:
            line = await self._wire.read_line(self._limits.authentication_line, deadline)
        except (LineTooLong, BareLineEnd) as problem:
            raise SyntaxWrong from problem
        return line.decode("ascii", errors="replace").strip()

    async def _sign_in(self, username: str, password: str) -> Reply:
        try:
            self._submitter = await self._take.authenticate(username, password, self._wire.peer)
        except WrongCredentials:
            self._failed_sign_ins += 1
            if self._failed_sign_ins >= self._limits.failed_authentications:
                await self._reply(replies.TOO_MANY_TRIES)
                raise Ended from None
            return replies.WRONG_PASSWORD
        except TooManyTries:
            await self._reply(replies.TOO_MANY_TRIES)
            raise Ended from None
        except Exception:
            log.exception("sign_in_failed")
            return replies.TRY_LATER_SIGN_IN
        return replies.AUTHENTICATED

    async def _mail(self, argument: str) -> Reply:
        refused = self._not_ready()
        if refused is not None:
            return refused
        if self._envelope is not None:
            return replies.SENDER_TWICE
        path = read_path(argument, "FROM")
        if not path.parameters.keys() <= _MAIL_PARAMETERS:
            return replies.BAD_PARAMETER
        if path.parameters.get("BODY", "7BIT").upper() not in _BODIES:
            return replies.BAD_PARAMETER
        size = path.parameters.get("SIZE", "0")
        if not size.isdecimal() or len(size) > 20:
            return replies.BAD_SYNTAX
        if int(size) > self._limits.message:
            return replies.TOO_LARGE
        utf8 = "SMTPUTF8" in path.parameters
        if not utf8 and not path.address.isascii():
            return replies.EIGHT_BIT_ADDRESS
        assert self._submitter is not None
        if not self._take.owns(self._submitter, path.address):
            return replies.SENDER_NOT_YOURS
        if self._messages >= self._limits.messages_per_connection:
            await self._reply(replies.ENOUGH_MESSAGES)
            raise Ended
        self._envelope = Envelope(self._submitter, utf8=utf8)
        return replies.SENDER_OK

    async def _rcpt(self, argument: str) -> Reply:
        refused = self._not_ready()
        if refused is not None:
            return refused
        if self._envelope is None:
            return replies.SENDER_FIRST
        path = read_path(argument, "TO")
        if path.parameters:
            return replies.BAD_PARAMETER
        if not self._envelope.utf8 and not path.address.isascii():
            return replies.EIGHT_BIT_ADDRESS
        if self._envelope.asked_recipients >= self._limits.recipients:
            return replies.TOO_MANY_RECIPIENTS
        return await self._take.recipient(self._envelope, path.address)

    async def _data(self, argument: str) -> Reply:
        if argument:
            return replies.BAD_SYNTAX
        refused = self._not_ready()
        if refused is not None:
            return refused
        envelope = self._envelope
        if envelope is None:
            return replies.SENDER_FIRST
        if not envelope.recipients:
            return replies.RECIPIENT_FIRST
        self._envelope = None
        self._messages += 1
        deadline = asyncio.get_running_loop().time() + self._limits.data_deadline
        reserving = asyncio.ensure_future(self._take.reserve(envelope))  # while the message comes
        try:
            await self._reply(replies.GO_AHEAD)
            raw = await self._wire.read_data(deadline)
            if has_broken_line_ends(raw):
                return replies.BARE_LINE_ENDS
            refused = await reserving
            return refused or await self._take.message(envelope, raw)
        except DataTooLarge:
            return replies.TOO_LARGE
        except NoRoomInFlight:
            return replies.STORAGE_FULL
        finally:
            self._wire.release()
            await reserving
            await self._take.give_up(envelope)

    def _not_ready(self) -> Reply | None:
        if not self._wire.encrypted:
            return replies.TLS_FIRST
        if not self._greeted:
            return replies.SAY_HELLO_FIRST
        return None if self._submitter is not None else replies.SIGN_IN_FIRST

    async def _rset(self, argument: str) -> Reply:
        if argument:
            return replies.BAD_SYNTAX
        self._envelope = None
        return replies.OK

    async def _noop(self, _argument: str) -> Reply:
        return replies.OK

    async def _vrfy(self, _argument: str) -> Reply:
        return replies.WONT_VERIFY

    async def _help(self, _argument: str) -> Reply:
        return replies.HELP

    async def _quit(self, _argument: str) -> Reply | None:
        await self._reply(replies.BYE)
        raise Ended
