"""What stands between carriers' webhooks and what is believed."""

from tests.threats.removed.defence import Change, Removed, of

_CONTRACT = "tests/adapters/carriers/test_every_carrier.py"

CARRIERS = (
    Removed(
        31,
        "Twilio's signature",
        (
            Change(
                "adapters/carriers/twilio.py",
                "            if hmac.compare_digest(base64.b64encode(mac.digest()), given):\n",
                "            if True:\n",
            ),
        ),
        (
            of(_CONTRACT, "test_any_change_to_a_webhook_is_refused"),
            of(
                "tests/edges/api/test_signed_carriers.py",
                "test_a_receipt_for_another_try_than_was_signed_is_refused",
            ),
        ),
    ),
    Removed(
        31,
        "Telnyx's signature",
        (
            Change(
                "adapters/carriers/telnyx.py",
                "            self._settings.public_key.verify(given,"
                ' sent.encode() + b"|" + webhook.body)\n',
                "            pass\n",
            ),
        ),
        (of(_CONTRACT, "test_any_change_to_a_webhook_is_refused"),),
    ),
    Removed(
        31,
        "the five minutes in which a signed webhook is fresh",
        (
            Change(
                "adapters/carriers/webhook_proof.py",
                "    if abs(now - sent) > FRESHNESS:\n",
                "    if False:\n",
            ),
        ),
        (
            of(
                _CONTRACT,
                "test_a_webhook_of_another_time_is_refused_where_the_time_is_signed",
            ),
        ),
    ),
    Removed(
        31,
        "the key by which a text that is played again is known",
        (
            Change(
                "application/receiving/take_text.py",
                "            dedupe_key=taking.text.dedupe_key,\n",
                "            dedupe_key=str(self._new_id()),\n",
            ),
        ),
        (
            of(
                "tests/edges/api/test_texts_from_phones.py",
                "test_a_stop_passed_on_again_after_start_stops_nothing",
            ),
        ),
    ),
    Removed(
        31,
        "the signature of the Android phone's webhooks",
        (
            Change(
                "adapters/carriers/sms_gate.py",
                "        if not hmac.compare_digest(expected.encode(), given.encode()):\n",
                "        if False:\n",
            ),
        ),
        (of(_CONTRACT, "test_any_change_to_a_webhook_is_refused"),),
    ),
    Removed(
        31,
        "that a text by SMPP is acknowledged only after it is committed",
        (
            Change(
                "adapters/carriers/smpp.py",
                "                    await self._take(packet, sink)\n"
                '                    session.answer(packet, b"\\0")',
                '                    session.answer(packet, b"\\0")\n'
                "                    await self._take(packet, sink)",
            ),
        ),
        (
            of(
                "tests/adapters/carriers/test_smpp.py",
                "test_a_stop_that_could_not_be_committed_is_not_acknowledged",
            ),
        ),
    ),
    Removed(
        31,
        "the host's name in an SMPP server's certificate",
        (
            Change(
                "adapters/carriers/smpp.py",
                '        return ssl.create_default_context(cafile=read.text("authority_file"))\n',
                '        context = ssl.create_default_context(cafile=read.text("authority_file"))\n'
                "        context.check_hostname = False\n"
                "        return context\n",
            ),
        ),
        (
            of(
                "tests/adapters/carriers/test_smpp.py",
                "test_an_smsc_certificate_for_another_host_is_not_bound_to",
            ),
        ),
    ),
)
