"""``python -m bench smtp``: full-work SMTP intake beside Postfix's durable queueing."""

from functools import partial
from pathlib import Path

from bench.certificates import KeyKind, key_kind_of, make_server_certificate
from bench.interleaving import Goal, Round, compare, interleave
from bench.load.closed_loop import Load
from bench.observation import Observed, noise_sentence, processor_table
from bench.product import running_demo
from bench.report.section import Section, comparison_table, table
from bench.sampling.profile import new_samples_folder, profile
from bench.sampling.recording import sampling_environment
from bench.smtp.contenders import DOMAIN, RECIPIENTS, LicorneIntake, PostfixIntake
from bench.smtp.intake import measure_intake
from bench.smtp.letters import LETTER_BYTES, letters
from bench.workshop import Plan, Workshop, say
from bench.yardsticks.postfix import private_postfix, require_postfix
from bench.yardsticks.smtp_sink import running_sink

PROFILED_SESSIONS = 10
SESSIONS = ((50, Goal(1.0)), (10, Goal(0.9)), (1, Goal(0.6)))

_ABOUT = """\
Each session submits messages of {size} bytes to one recipient each, one after another and in
lockstep (MAIL, RCPT, DATA, text), over STARTTLS with a certificate of the same kind ({kind}) on
both sides, round {patients} recipients. Connecting, the handshake and the log-in come before the
clock starts. Licorne does all its work before the 250: policy, sealing, grants, rows, audit, job,
one durable commit; Postfix {postfix} writes and fsyncs a queue file and holds it. In Postfix's
favour: no log-in, no log, no DNS, no flow control, long-lived processes. Neither delivers while the
clock runs: Postfix holds its queue, Licorne's worker is stopped until the run has ended. After
each run everything acknowledged was counted: rows in Licorne, queue files in Postfix. Licorne's
jobs were waited for before the next run began."""

_ABOUT_ANNOUNCING = """\
The same, but Licorne's worker sends the notices out while the clock runs, on the same cores, at
a lower priority; Postfix still holds its queue. There is no goal for this: it says what mail
coming in and notices going out cost each other."""


def run(workshop: Workshop) -> Section:
    """Measure 50, 10 and 1 sessions against both, and profile Licorne's side once."""
    postfix_version = require_postfix()
    place = workshop.place("smtp")
    rounds_of: list[tuple[int, Goal, list[Round[Observed]]]] = []
    announcing_rounds: list[tuple[int, list[Round[Observed]]]] = []
    with running_demo(place / "licorne") as demo:
        licorne = LicorneIntake(demo)
        kind = key_kind_of(licorne.certificate())
        certificate = make_server_certificate(place, kind)
        with private_postfix(place / "postfix", certificate, DOMAIN) as instance:
            postfix = PostfixIntake(instance)
            for contender in (licorne, postfix):  # meets every recipient, warms every process
                contender.measure(Load(10, workshop.plan.warm_up_s, workshop.plan.window_s))
            for sessions, goal in SESSIONS:
                load = workshop.plan.load(sessions)
                rounds = interleave(
                    workshop.plan.rounds,
                    partial(_tell, licorne, load),
                    partial(_tell, postfix, load),
                )
                rounds_of.append((sessions, goal, rounds))
            announcing = LicorneIntake(demo, announces=True)
            for sessions, _ in SESSIONS:
                load = workshop.plan.load(sessions)
                rounds = interleave(
                    workshop.plan.rounds,
                    partial(_tell, announcing, load),
                    partial(_tell, postfix, load),
                )
                announcing_rounds.append((sessions, rounds))

    comparisons = [
        compare(_name(sessions), "/s", goal, rounds, lambda run: run.throughput.per_second)
        for sessions, goal, rounds in rounds_of
    ]
    meanwhile = [
        compare(_name(sessions), "/s", None, rounds, lambda run: run.throughput.per_second)
        for sessions, rounds in announcing_rounds
    ]
    latencies = [
        compare(f"p50, {_name(sessions)}", "ms", None, rounds, lambda run: run.throughput.p50_ms)
        for sessions, _, rounds in rounds_of
    ]
    all_runs = [each for _, _, rounds in rounds_of for each in rounds]
    of_licorne, of_postfix = [r.product for r in all_runs], [r.yardstick for r in all_runs]
    about = _ABOUT.format(
        size=LETTER_BYTES, kind=kind.value, patients=len(RECIPIENTS), postfix=postfix_version
    )
    return Section(
        key="smtp",
        title="SMTP intake",
        blocks=(
            about,
            comparison_table([*comparisons, *latencies], "Licorne", "Postfix"),
            noise_sentence([*of_licorne, *of_postfix]),
            "### While notices go out",
            _ABOUT_ANNOUNCING,
            comparison_table(meanwhile, "Licorne", "Postfix"),
            "### The generator isn't the bottleneck",
            ceiling_block(workshop, kind),
            "### Where the processor's time goes",
            "Licorne:",
            processor_table(of_licorne, "message"),
            "Postfix:",
            processor_table(of_postfix, "message"),
            *_profile(place, workshop.plan),
        ),
        is_met=all(each.is_met for each in comparisons),
    )


def ceiling_block(workshop: Workshop, kind: KeyKind) -> str:
    """Drive the sink that keeps nothing, and write what the generator reached."""
    certificate = make_server_certificate(workshop.place("ceiling"), kind)
    rows = []
    with running_sink(certificate) as server:
        for sessions, _ in SESSIONS:
            envelopes = letters("dr.bench@practice.example", RECIPIENTS)
            load = workshop.plan.load(sessions)
            reached = measure_intake(server, envelopes, load)
            say(f"  {sessions:2} sessions, sink that keeps nothing: {reached.per_second:,.0f}/s")
            cost = reached.generator_cpu_s / reached.completed * 1e6
            rows.append((_name(sessions), f"{reached.per_second:,.0f} /s", f"{cost:,.0f} µs"))
    return table(("against a sink that keeps nothing", "reached", "generator per message"), rows)


def _profile(place: Path, plan: Plan) -> tuple[str, ...]:
    """Start the demo again on the same home, with the sampler in it."""
    samples = new_samples_folder(place)
    with running_demo(place / "licorne", sampling_environment(samples)) as demo:
        licorne = LicorneIntake(demo)
        load = plan.load(PROFILED_SESSIONS)
        licorne.measure(load)
        return profile(samples, lambda: licorne.measure(load))


def _tell(contender: LicorneIntake | PostfixIntake, load: Load) -> Observed:
    observed = contender.measure(load)
    say(f"  {load.sessions:2} sessions, {contender.name:8} {observed}")
    return observed


def _name(sessions: int) -> str:
    return f"{sessions} sessions" if sessions > 1 else "1 session"
