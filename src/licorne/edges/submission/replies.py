"""Every reply of the mail server: codes (RFC 5321, RFC 3463) and words that a clinician reads.

Email programs show the words as they are, so each says what is wrong and what to do.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. ``enhanced`` is empty where RFC 2034 wants none (greeting, EHLO, 3xx)."""

    code: int
    enhanced: str
    text: str

    @property
    def accepted(self) -> bool:
        return self.code < 400

    def encode(self) -> bytes:
        """Write it as a line; what came from outside was made plain ASCII before it got here."""
        words = f"{self.enhanced} {self.text}" if self.enhanced else self.text
        if not (words.isascii() and words.isprintable()):
            words = "".join(c if " " <= c <= "~" else "?" for c in words)
        return f"{self.code} {words[:500]}\r\n".encode("ascii")


OK = Reply(250, "2.0.0", "OK")
SENDER_OK = Reply(250, "2.1.0", "Sender OK")
RECIPIENT_OK = Reply(250, "2.1.5", "Recipient OK")
RECIPIENT_NOT_ASSIGNABLE = Reply(
    250, "2.1.5", "Recipient OK, but no phone company gives out this number: please check it"
)
BYE = Reply(221, "2.0.0", "Goodbye")
GO_AHEAD = Reply(354, "", "Send the message, and end it with a line that holds a dot")
READY_FOR_TLS = Reply(220, "2.0.0", "Ready to start TLS")
AUTHENTICATED = Reply(235, "2.7.0", "Signed in")
CHALLENGE_USERNAME = Reply(334, "", "VXNlcm5hbWU6")
CHALLENGE_PASSWORD = Reply(334, "", "UGFzc3dvcmQ6")
CHALLENGE_EMPTY = Reply(334, "", "")
WONT_VERIFY = Reply(252, "2.1.5", "Write to the address, and the answer will tell")
HELP = Reply(214, "2.0.0", "Write to a phone number, such as 2125550123@secure.text")

TLS_FIRST = Reply(
    530, "5.7.0", "Turn on encryption (STARTTLS or SSL/TLS) in your email program's settings"
)
SIGN_IN_FIRST = Reply(
    530, "5.7.0", "Turn on the password for the outgoing mail server in your email program"
)
TLS_ALREADY = Reply(503, "5.5.1", "The connection is encrypted already")
SIGNED_IN_ALREADY = Reply(503, "5.5.1", "You are signed in already")
SAY_HELLO_FIRST = Reply(503, "5.5.1", "Say EHLO first")
SENDER_FIRST = Reply(503, "5.5.1", "Say MAIL FROM first")
SENDER_TWICE = Reply(503, "5.5.1", "The sender was named already")
RECIPIENT_FIRST = Reply(503, "5.5.1", "No recipient was accepted")
UNKNOWN_COMMAND = Reply(500, "5.5.2", "That is no command that this server knows")
BAD_SYNTAX = Reply(501, "5.5.4", "That command is not written right")
BAD_PARAMETER = Reply(555, "5.5.4", "That option is not known here")
BAD_BASE64 = Reply(501, "5.5.2", "That is not base64")
CANCELLED = Reply(501, "5.7.0", "Signing in was cancelled")
NO_SUCH_MECHANISM = Reply(504, "5.5.4", "Sign in with PLAIN or LOGIN")
BARE_LINE_END = Reply(500, "5.5.2", "Lines must end with CR LF")
LINE_TOO_LONG = Reply(500, "5.5.2", "That line is too long")
WRONG_PASSWORD = Reply(
    535,
    "5.7.8",
    "The address or the app password is not right. Make an app password in the web office, under"
    " Email programs; the password of the office doesn't work here",
)
APP_PASSWORD_REVOKED = Reply(
    550, "5.7.1", "This app password was ended. Make a new one in the web office, Email programs"
)
APP_PASSWORD_CAP = Reply(
    452,
    "4.7.1",
    "This email program has sent as many messages today as it may. Try again tomorrow, or write in"
    " the web office",
)
TOO_MANY_TRIES = Reply(421, "4.7.0", "Too many wrong passwords. Try again in a while")
TRY_LATER_SIGN_IN = Reply(454, "4.7.0", "Signing in isn't possible just now. Try again in a minute")
SENDER_NOT_YOURS = Reply(
    550, "5.7.1", "You can send from your own address only. Check the From address of the message"
)
TOO_MANY_RECIPIENTS = Reply(
    452, "4.5.3", "A message can go to at most 100 people. Send it in several parts"
)
TOO_LARGE = Reply(552, "5.3.4", "The message is larger than 50 MB. Send fewer or smaller files")
BUSY = Reply(451, "4.3.2", "The server is busy. Your email program will try again")
BUSY_CONNECTION = Reply(421, "4.3.2", "The server is busy. Try again in a minute")
ENOUGH_MESSAGES = Reply(421, "4.7.0", "Enough messages for one connection. Please connect anew")
STORAGE_FULL = Reply(452, "4.3.1", "The server has no room just now. Your program will try again")
NOT_NOW = Reply(451, "4.3.0", "The server couldn't keep the message just now. Please send it again")
BARE_LINE_ENDS = Reply(
    550, "5.6.0", "The message has broken line ends or zero bytes, so it was not taken"
)
TOO_SLOW = Reply(421, "4.4.2", "Nothing came for too long. Goodbye")
SHUTTING_DOWN = Reply(421, "4.3.2", "The server is being restarted. Try again in a minute")
TOO_MANY_BAD_COMMANDS = Reply(421, "4.7.0", "Too many commands that are not known. Goodbye")
EIGHT_BIT_ADDRESS = Reply(553, "5.6.7", "An address like this needs an email program with SMTPUTF8")


def refusal(code: int, enhanced: str, sentence: str) -> Reply:
    """Make a reply of a sentence that policy or parsing gave."""
    return Reply(code, enhanced, sentence.replace("\r", " ").replace("\n", " "))


def accepted(reference: str) -> Reply:
    return Reply(250, "2.0.0", f"Accepted and sealed as {reference}")
