"""Why an act of governing was not done; each reason has its sentence."""

import enum


class ActRefusal(enum.Enum):
    NOT_ALLOWED = "Your account may not do this. Ask an owner of the practice."
    NO_SUCH_MEMBER = "There is no such member. `licorne member list` shows who there is."
    MEMBER_SUSPENDED = "This member is suspended and can't act."
    CANNOT_SEND = "An auditor can't send messages, so no token can send for one."
    NO_SUCH_TEAM = "There is no such team. `licorne team list` shows which there are."
    NO_SUCH_SERVICE = "There is no such service. `licorne service list` shows which there are."
    NO_SUCH_TOKEN = "There is no such token. `licorne token list` shows which there are."  # noqa: S105
    NAME_NEEDED = "A name is needed: one line of at most 60 characters."
    TEAM_NEEDS_MEMBERS = "A team needs a member who can open its inbox."
    SCOPE_NEEDED = "Say what the token may do, at least one scope."
    LIFETIME = "A token can serve from one hour to 366 days."
    TOO_MANY = "There are 50 of them already. Remove one that isn't used any more."


class ActRefused(Exception):
    """`sentence` is for the person, `str()` for the log."""

    def __init__(self, reason: ActRefusal) -> None:
        super().__init__(reason.name.lower())
        self.reason = reason
        self.sentence = reason.value


LONGEST_NAME = 60
MOST = 50


def one_line_name(text: str) -> str:
    """Tidy a name of a thing (a team, a token's label). Raises `ActRefused`."""
    name = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    if not name or len(name) > LONGEST_NAME:
        raise ActRefused(ActRefusal.NAME_NEEDED)
    return name
