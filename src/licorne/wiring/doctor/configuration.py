"""The doctor on settings, carriers and the unseal key's custody."""

import stat
from pathlib import Path

from licorne.store.server_facts import InstallationFacts
from licorne.wiring.doctor.finding import Finding, ok, problem, warning
from licorne.wiring.settings import Home, Settings


def look_at_settings(settings: Settings) -> list[Finding]:
    """What is set, as a whole: the parts that need the world are looked at elsewhere."""
    if settings.demo:
        return [warning("settings", "This is the demo: never put real patients on it.")]
    if not settings.public_url:
        return [
            problem(
                "settings",
                "public_url is not set. Set it to the address that people open, such as"
                " https://text.example.org.",
            )
        ]
    if not settings.public_url.startswith("https://"):
        return [
            problem(
                "settings",
                "public_url doesn't begin with https://: passwords would travel in the clear. Put"
                " a reverse proxy with TLS in front.",
            )
        ]
    return [ok("settings", "The settings can be read and fit together.")]


def look_at_carriers(settings: Settings, facts: InstallationFacts) -> list[Finding]:
    names = {carrier.name for carrier in settings.carriers}
    if settings.demo:
        return [ok("carriers", "The demo's phone takes the texts.")]
    if not names:
        return [
            problem(
                "carriers",
                "No carrier is set: no text reaches a phone. Add [[carriers]] to licorne.toml.",
            )
        ]
    missing = sorted(set(facts.carriers_wanted) - names)
    if missing:
        return [
            problem(
                "carriers",
                f"A practice wants carriers that are not set: {', '.join(missing)}. Add them to"
                " licorne.toml, or change the practice.",
            )
        ]
    if len(names) == 1:
        return [
            warning(
                "carriers",
                "There is one carrier. While it is out, texts wait; a second one would take over.",
            )
        ]
    return [ok("carriers", f"{len(names)} carriers are set.")]


def look_at_files(home: Home, settings: Settings) -> list[Finding]:
    """Nobody but Licorne's user (and root) may read what lies in the home's secret places."""
    places = [home.unseal_key.parent, home.secrets]
    places += [home.unseal_key] if settings.custody.kind == "key_file" else []
    places += [home.passphrase] if settings.custody.kind == "passphrase" else []
    places += [] if settings.slots.to else [home.slots]
    places += [] if settings.blobs.to else [home.blobs]
    missing = [str(path) for path in places if not path.exists()]
    findings = []
    if missing:
        findings.append(
            problem(
                "files",
                f"Missing: {', '.join(missing)}. Mount them, or restore them from the backup;"
                " never make them anew.",
            )
        )
    files = [path for path in home.secrets.glob("*") if path.is_file()]
    opened = [str(path) for path in (*places, *files) if _others_may_enter(path)]
    if opened:
        findings.append(
            problem("files", f"Others can read them; run: chmod go= {' '.join(opened)}")
        )
    return findings or [ok("files", "Keys, slots, blobs and secrets are for their owner only.")]


def _others_may_enter(path: Path) -> bool:
    return path.exists() and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
