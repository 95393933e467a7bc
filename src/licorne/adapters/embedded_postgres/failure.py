"""What can go wrong between "start the database" and a database that answers."""


class EmbeddedPostgresError(Exception):
    """The embedded database could not be started or stopped.

    `sentence` is for the person at the terminal: what happened and what to do, no jargon.
    `cause` is for the log: exit codes, paths, the tail of the server's own log. The server is
    configured to keep statements and values out of that log (see `settings`), so a cause may be
    written down.
    """

    def __init__(self, sentence: str, *, cause: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.cause = cause
