"""`licorne kit`: the sheets of the recovery kit that belong to whoever runs the machine.

They go to the printer and nowhere else: a file would be a copy of the unseal key beside the data.
The officer's share is a practice's own, and is printed in its office.
"""

import getpass
import os
import stat
import sys
from pathlib import Path

from licorne.adapters.custody.key_file import KeyFileCustody, read_digits
from licorne.adapters.system import SystemClock
from licorne.ports.key_custody import KeyUnavailable
from licorne.wiring.private_files import make_private_folder
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings

_GROUP = 4
_LINE = 4
_PAGE = "\f"  # printers begin a new sheet here

_UNSEAL = """\
RECOVERY KIT - UNSEAL KEY                                            sheet 1 of 3
Made: {at}    Installation: {home}

{what}

What it is for
  Without it nothing that this installation has stored can ever be read again.
  With it and the database, names, numbers and waiting messages can be read.

Who keeps it, and where
  Whoever runs the server: in a safe, away from the server and from every backup.
  Never together with the officer's share (sheet 2, printed by each practice in
  its office) nor with the copy of the slot store (sheet 3).

How to use it
{how}

Received by: ______________________________   Date: ______________
"""
_SLOTS = """\
RECOVERY KIT - COPY OF THE SLOT STORE                                sheet 3 of 3
Made: {at}    Installation: {home}

  The slot store: {slots}
  Its copies:     {copies}

What it is for
  Every message is locked by a slot as well. Without the slots the unseal key and
  the database open no message; a slot that was destroyed takes its message with
  it, everywhere, as soon as the last copy has ended.

Who keeps it, and where
  With the backups, by whoever looks after them; never beside the unseal key
  (sheet 1). Put this sheet with the medium and write below when it has to go.

  {promise}

How to use it
  licorne restore takes the newest copy by itself.

Medium: __________________  Destroy on: ______________  Destroyed: ______________
"""


def run_kit(home_path: Path) -> int:
    """Print the sheets to standard output; gives the exit status."""
    home = Home(home_path.absolute())
    if stat.S_ISREG(os.fstat(sys.stdout.fileno()).st_mode):
        sys.stderr.write("The kit is never stored; send it to a printer: licorne kit | lp\n")
        return 1
    try:
        sys.stdout.write(sheets(home, load_settings(home)))
    except (SettingsWrong, KeyUnavailable) as problem:
        sys.stderr.write(f"{getattr(problem, 'sentence', problem)}\n")
        return 1
    sys.stderr.write(
        "Sheet 2, the officer's share, is each practice's own: Record key, in its office.\n"
    )
    return 0


def sheets(home: Home, settings: Settings) -> str:
    """Give both sheets, with what begins a new page between them. Raises `KeyUnavailable`."""
    at = f"{SystemClock().now():%Y-%m-%d %H:%M} UTC"
    what, how = _unseal_key(home, settings)
    first = _UNSEAL.format(at=at, home=home.path, what=what, how=how)
    days = settings.backup.slot_copies_kept_days
    second = _SLOTS.format(
        at=at,
        home=home.path,
        slots=settings.slots.to or home.slots,
        copies=settings.backup.to or "not set up: [backup] in licorne.toml",
        promise=f"Copies are kept {days} days at most: that is what patients are promised.",
    )
    return first + _PAGE + second


def _unseal_key(home: Home, settings: Settings) -> tuple[str, str]:
    custody = settings.custody
    match custody.kind:
        case "passphrase":
            salt = home.passphrase.read_text(encoding="ascii").splitlines()[2:]
            what = (
                "  Passphrase: ______________________________________________\n\n  "
                + "\n  ".join(salt)
            )
            how = (
                "  Write the two lines into keys/passphrase.salt in the home, below the line\n"
                "  licorne passphrase 1, and type the passphrase at the start."
            )
        case "vault":
            what = f"  HashiCorp Vault: {custody.url}, {custody.mount}/{custody.key}"
            how = (
                "  Vault keeps the key. Its own unseal or recovery keys, and a snapshot of it,\n"
                "  belong to this sheet."
            )
        case "aws_kms":
            what = f"  AWS KMS: {custody.key} in {custody.region}"
            how = (
                "  AWS keeps the key. Who may use it stands in its key policy; it must never be\n"
                "  scheduled for deletion."
            )
        case _:
            digits, check = KeyFileCustody.digits(home.unseal_key)
            groups = [digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP)]
            lines = ["  ".join(groups[at : at + _LINE]) for at in range(0, len(groups), _LINE)]
            what = "\n".join(f"      {line}" for line in lines) + f"\n      check {check}"
            how = "  licorne keys enter --home FOLDER     and type the digits and the check."
    return what, how


def run_enter(home_path: Path) -> int:
    """Make the key file anew from a printed sheet; gives the exit status."""
    home = Home(home_path.absolute())
    asked = sys.stdin.isatty()
    typed = getpass.getpass("The digits of sheet 1: ") if asked else sys.stdin.readline()
    check = input("The check: ") if asked else sys.stdin.readline()
    try:
        make_private_folder(home.path)
        make_private_folder(home.unseal_key.parent)
        KeyFileCustody.enter(home.unseal_key, read_digits(typed), read_digits(check))
    except FileExistsError:
        sys.stderr.write(f"There is a key already: {home.unseal_key}. It is never replaced.\n")
        return 1
    except KeyUnavailable as problem:
        sys.stderr.write(f"{problem.sentence}\n")
        return 1
    sys.stderr.write(f"The unseal key is in {home.unseal_key}.\n")
    return 0
