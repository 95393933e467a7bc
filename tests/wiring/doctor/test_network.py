"""What the doctor says of certificates and names, of real servers on loopback."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from licorne.adapters.diagnosis.names import Names
from licorne.store.server_facts import InstallationFacts
from licorne.wiring.doctor.finding import Finding, Level
from licorne.wiring.doctor.network import (
    look_at_mail_certificate,
    look_at_names,
    look_at_pages,
)
from licorne.wiring.settings import Home, Settings

NAME = "mail.example.org"


def mail(pem: Path, key: Path) -> Finding:
    settings = Settings(smtp_name=NAME, tls_certificate=str(pem), tls_key=str(key))
    (finding,) = look_at_mail_certificate(Home(Path("/")), settings, datetime.now(UTC))
    return finding


def test_a_certificate_that_fits_is_fine_and_its_end_is_told(certificate):
    found = mail(*certificate(NAME))
    assert (found.level, "good until 20" in found.sentence) == (Level.OK, True)
    assert mail(*certificate("*.example.org")).level is Level.OK


@pytest.mark.parametrize(
    ("dates", "level", "word"),
    [
        ({"begins": -9, "ends": -1}, Level.PROBLEM, "ended"),
        ({"begins": 1, "ends": 9}, Level.PROBLEM, "good from"),
        ({"ends": 9}, Level.WARNING, "Renew it soon"),
    ],
)
def test_a_certificate_out_of_its_time_is_told(certificate, dates, level, word):
    found = mail(*certificate(NAME, **dates))
    assert (found.level, word in found.sentence) == (level, True)


def test_a_certificate_for_another_name_or_key_or_none_at_all_is_a_problem(certificate, tmp_path):
    pem, key = certificate("other.example.org")
    assert "not for mail.example.org, but for other.example.org" in mail(pem, key).sentence
    assert "belong together" in mail(pem, certificate(NAME)[1]).sentence
    assert "can't be read" in mail(pem, tmp_path / "nothing").sentence
    assert "must be PEM" in mail(key, key).sentence


def pages(port: int, authority: Path | None = None) -> Finding:
    settings = Settings(public_url=f"https://localhost:{port}")
    (finding,) = look_at_pages(settings, datetime.now(UTC), str(authority) if authority else None)
    return finding


def test_the_public_address_is_opened_as_a_browser_would(
    certificate, tls_server: Callable[..., int]
):
    pem, key = certificate("localhost")
    port = tls_server(pem, key)
    assert pages(port, pem).level is Level.OK
    assert "Browsers refuse" in pages(port).sentence
    assert "doesn't answer" in pages(1).sentence


def test_a_proxy_that_still_takes_old_tls_is_a_problem(certificate, tls_server):
    pem, key = certificate("localhost")
    found = pages(tls_server(pem, key, old=True), pem)
    assert (found.level, "TLS 1.1" in found.sentence) == (Level.PROBLEM, True)


def test_names_that_lead_elsewhere_are_told(dns_server):
    server = dns_server(
        {
            ("text.example.org", "A"): ["192.0.2.7"],
            ("good.example.org", "MX"): ["20 backup.example.net.", f"10 {NAME}."],
            ("bad.example.org", "MX"): ["10 mx.example.net."],
        }
    )
    names = Names([server])
    settings = Settings(public_url="https://text.example.org", smtp_name=NAME)
    good = InstallationFacts(("good.example.org",), (), 0, None)
    assert [one.level for one in look_at_names(settings, good, names)] == [Level.OK]
    bad = InstallationFacts(("bad.example.org", "none.example.org"), (), 0, None)
    sentences = " ".join(one.sentence for one in look_at_names(settings, bad, names))
    assert "bad.example.org goes to mx.example.net, not to" in sentences
    assert "none.example.org goes to nobody" in sentences
    nameless = Settings(public_url="https://nowhere.example.org", smtp_name=NAME)
    (found,) = look_at_names(nameless, good, names)
    assert (found.level, "has no address" in found.sentence) == (Level.PROBLEM, True)
