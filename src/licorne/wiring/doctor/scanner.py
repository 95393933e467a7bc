"""The doctor on the virus scanner: whether it answers, and finds what it must."""

from licorne.adapters.scanners.clamd import Clamd
from licorne.ports.file_scanner import ScannerDown
from licorne.wiring.doctor.finding import Finding, ok, problem, warning
from licorne.wiring.files import scanner
from licorne.wiring.settings import Settings

_SUBJECT = "scanner"
# The EICAR test file, harmless, which every scanner finds; in two halves, so that none finds us.
_TEST = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


async def look_at_scanner(settings: Settings) -> Finding:
    found = scanner(settings)
    if found is None:
        return warning(
            _SUBJECT,
            "No scanner is set, so files aren't checked for malware. Install ClamAV's daemon and"
            " set [scanner] address, such as unix:/run/clamav/clamd.ctl.",
        )
    where = settings.scanner.address
    try:
        version, finds = await found.version(), await _finds_the_test(found)
    except ScannerDown as down:
        return problem(
            _SUBJECT,
            f"{where} doesn't answer ({down}). Messages with files wait until it does. Is clamd"
            " running, and may this user write to its socket?",
        )
    if not finds:
        return problem(_SUBJECT, f"{where} doesn't find the EICAR test file. Run freshclam.")
    return ok(_SUBJECT, f"{version} answers at {where}, and finds the test file.")


async def _finds_the_test(scanner: Clamd) -> bool:
    scan = await scanner.begin()
    try:
        await scan.feed(_TEST)
        return await scan.found() is not None
    finally:
        await scan.close()
