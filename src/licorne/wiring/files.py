"""What looks at files: the archives' process, and the scanner where one is set."""

from licorne.adapters.archives.bounded import BoundedArchives
from licorne.adapters.scanners.clamd import Clamd, parse_scanner_address
from licorne.application.sending.check_files import CheckFiles
from licorne.wiring.settings import Settings


def file_checks(settings: Settings) -> CheckFiles:
    return CheckFiles(BoundedArchives(), scanner(settings))


def scanner(settings: Settings) -> Clamd | None:
    """Give the scanner that is set, or none."""
    if not settings.scanner.address:
        return None
    address = parse_scanner_address(settings.scanner.address)
    return Clamd(address, settings.scanner.deadline_seconds)
