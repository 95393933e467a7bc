"""45 CFR 164.404–164.412: nobody is told later than the rules allow, whatever the breach."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from licorne.domain.incident.clocks import LARGE, Breach, Whom, days_left, duties

days = st.dates(date(2010, 1, 1), date(2090, 12, 31))
states = st.lists(st.sampled_from(["NY", "NJ", "CA"]), unique=True)
breaches = st.builds(
    Breach,
    discovered_on=days,
    affected=st.none() | st.integers(0, 2_000),
    states=states,
    as_associate=st.booleans(),
)


@given(breaches)
def test_nobody_but_hhs_is_told_later_than_sixty_days_after_the_discovery(breach: Breach):
    for duty in duties(breach):
        if duty.whom is not Whom.HHS:
            assert (duty.due_on - breach.discovered_on).days == 60
        assert duty.due_on > breach.discovered_on


@given(breaches)
def test_who_works_for_somebody_tells_them_and_others_tell_the_people_and_hhs(breach: Breach):
    told = [duty.whom for duty in duties(breach)]
    if breach.as_associate:
        assert told == [Whom.COVERED_ENTITY]
    else:
        assert told[0] is Whom.INDIVIDUALS
        assert told[-1] is Whom.HHS
        assert [d.place for d in duties(breach) if d.whom is Whom.MEDIA] == list(breach.states)


@given(days, st.integers(0, LARGE - 1))
def test_a_small_breach_is_told_to_hhs_within_sixty_days_of_the_years_end(on: date, affected: int):
    duty = duties(Breach(on, affected))[-1]
    assert duty.due_on - date(on.year, 12, 31) == timedelta(days=60)
    assert duty.rule == "45 CFR 164.408(c)"


@given(days, st.integers(LARGE, 10**6) | st.none())
def test_a_large_breach_or_one_of_unknown_size_is_told_to_hhs_with_the_people(on, affected):
    individuals, hhs = duties(Breach(on, affected))
    assert individuals.due_on == hhs.due_on
    assert hhs.rule == "45 CFR 164.408(b)"


@given(days, st.integers(0, 2_000), st.integers(0, 2_000))
def test_more_people_never_make_anything_later(on: date, one: int, other: int):
    fewer, more = sorted((one, other))
    for few, many in zip(duties(Breach(on, fewer)), duties(Breach(on, more)), strict=True):
        assert many.due_on <= few.due_on


@given(breaches, st.integers(0, 400))
def test_a_day_of_discovery_later_is_never_an_earlier_date(breach: Breach, later: int):
    moved = replace(breach, discovered_on=breach.discovered_on + timedelta(days=later))
    for before, after in zip(duties(breach), duties(moved), strict=True):
        assert before.due_on <= after.due_on


@given(breaches, days)
def test_a_delay_for_law_enforcement_only_ever_gives_time(breach: Breach, until: date):
    delayed = duties(replace(breach, delayed_until=until))
    for plain, late in zip(duties(breach), delayed, strict=True):
        assert late.due_on == max(plain.due_on, until)


def test_the_dates_of_two_years_that_one_can_look_up():
    assert duties(Breach(date(2026, 11, 24), 3))[0].due_on == date(2027, 1, 23)
    assert duties(Breach(date(2026, 11, 24), 3))[1].due_on == date(2027, 3, 1)
    assert duties(Breach(date(2027, 1, 2), 3))[1].due_on == date(2028, 2, 29)  # a leap year
    assert days_left(duties(Breach(date(2026, 11, 24)))[0], date(2027, 1, 25)) == -2
