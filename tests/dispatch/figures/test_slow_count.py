"""Every figure agrees with a slow count from the log's entries, to the last case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch import case_commands as k
from dispatch.case import BEFORE, CaseStage
from dispatch.commands import Body, Who
from dispatch.figures.compute import DENOMINATOR, Figures, compute
from dispatch.figures.facts import GROUPS, CaseFacts
from dispatch.figures.period import Period
from tests.dispatch.case_town import (
    ACCEPTOR,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    MONDAY_TEN,
    OFFICER,
    OTHER_COLLECTOR,
    PLACE,
    SECOND_SUPERVISOR,
    WATER_OFFICER,
    photo,
)
from tests.dispatch.figures.told import ToldStory, differences
from tests.dispatch.town import SUPERVISOR

ELSEWHERE = replace(PLACE, cell="110101001002001", area="", community="110101001002")
DEEDS = (
    *("go", "go", "walk", "walk", "walk", "walk", "report", "report", "spot", "decline", "fail", "return", "disown"),
    *("rule", "pause", "resume", "extend", "grant", "merge", "unmerge", "escalate", "deescalate", "reopen", "appeal"),
    *("read", "read", "answer", "safe", "correct"),
)
steps = st.lists(
    st.tuples(
        st.sampled_from([1, 1, 2, 2, 3, 4]),
        st.sampled_from(DEEDS),
        st.sampled_from([0.0, 0.0, 0.1, 0.1, 0.3, 0.6, 2.0, 5.0, 30.0]),
        st.integers(0, 5),
    ),
    min_size=5,
    max_size=45,
)
periods = st.builds(
    lambda start_h, length_h: Period(
        MONDAY_TEN + timedelta(hours=start_h), MONDAY_TEN + timedelta(hours=start_h + length_h), "Europe/Helsinki"
    ),
    st.sampled_from([-1.0, 0.0, 3.0, 26.0, 100.0]),
    st.sampled_from([2.0, 24.0, 200.0, 2000.0]),
)


def asked(story: ToldStory, case_id: int, what: str, pick: int) -> tuple[Body, Who] | None:
    """Return what a step asks for."""
    case = story.state.cases.get(case_id)
    if what == "report" or case is None:
        source = ("patrol", "patrol", "hotline", "citizen", "video", "sensor")[pick]
        standard = ("rubbish", "rubbish", "lamp_out", "sewer_cover", "flooding", "rubbish")[pick]
        place, degree = (PLACE, ELSEWHERE)[pick % 2], ("usual", "urgent")[pick // 3]
        who = COLLECTOR if source == "patrol" else ACCEPTOR
        return k.ReportCase(source, standard, place, degree, evidence=(photo(BEFORE),)), who
    officer = replace(OFFICER, department=case.department)
    if officer.department == "water":
        officer = WATER_OFFICER
    if what == "go":
        if case.stage is CaseStage.DISPATCH:
            return k.DispatchCase(case_id, ("urban", "urban", "water")[pick % 3] if pick else ""), DISPATCHER
        if case.stage in (CaseStage.EVALUATE, CaseStage.EMERGENCY, CaseStage.MERGED):
            return None
        body, who = story.next_step(case_id)
        who = OTHER_COLLECTOR if case.stage is CaseStage.VERIFY and pick % 2 else who
        return body, officer if case.stage is CaseStage.HANDLE else who
    back = {CaseStage.VERIFY: CaseStage.COLLECT, CaseStage.FILE: CaseStage.COLLECT, CaseStage.DISPATCH: CaseStage.FILE}
    holder = {
        CaseStage.DISPATCH: DISPATCHER,
        CaseStage.FEED_BACK: DISPATCHER,
        CaseStage.CHECK: OTHER_COLLECTOR,
        CaseStage.CLOSE: SUPERVISOR,
    }
    bodies: dict[str, tuple[Body, Who]] = {
        "spot": (k.FixOnTheSpot(case_id, (photo(BEFORE), photo())), COLLECTOR),
        "decline": (k.DeclineCase(case_id, "no"), ACCEPTOR),
        "fail": (k.ReportCheck(case_id, "failed", (), "still there"), OTHER_COLLECTOR),
        "return": (
            k.ReturnCase(case_id, back.get(case.stage, CaseStage.HANDLE), "not so"),
            holder.get(case.stage, ACCEPTOR),
        ),
        "disown": (k.DisownCase(case_id, "not ours"), officer),
        "rule": (k.RuleCase(case_id, ("urban", "water")[pick % 2], "so it is"), COORDINATOR),
        "pause": (k.PauseCase(case_id, ("suspended", "citizen")[pick % 2], "frost", None), SECOND_SUPERVISOR),
        "resume": (k.ResumeCase(case_id), SECOND_SUPERVISOR),
        "extend": (k.AskExtension(case_id, 1.0, "rain"), officer),
        "grant": (k.GrantExtension(case_id), SUPERVISOR),
        "merge": (k.MergeCase(case_id, pick + 1), ACCEPTOR),
        "unmerge": (k.UnmergeCase(case_id, "two"), ACCEPTOR),
        "escalate": (k.EscalateCase(case_id, "it burns", "structure_fire"), ACCEPTOR),
        "deescalate": (k.DeescalateCase(case_id, "out"), SUPERVISOR),
        "reopen": (k.ReopenCase(case_id, "not fixed"), SECOND_SUPERVISOR),
        "appeal": (k.AppealCase(case_id, "snow"), officer),
        "read": (
            k.ReadAppeal(case_id, "upheld" if pick else "dismissed", "so"),
            (SUPERVISOR, SECOND_SUPERVISOR)[pick % 2],
        ),
        "answer": (k.RecordAnswer(case_id, ("satisfied", "fair", "dissatisfied", "no_answer")[pick % 4]), ACCEPTOR),
        "safe": (k.ReportMadeSafe(case_id), WATER_OFFICER),
        "correct": (k.CorrectCase(case_id, "lamp_out", ELSEWHERE), ACCEPTOR),
    }
    return bodies[what]


def act(story: ToldStory, case_id: int, what: str, hours: float, pick: int) -> None:
    """Let hours pass and take a step, or several along the loop; what is refused does not happen."""
    story.wait(hours, unnoticed=pick == 5)
    more = {
        "walk": ["go"] * (pick + 2),
        "extend": ["extend", *["grant"] * (pick % 2)],
        "appeal": ["appeal", *["read"] * (pick // 2)],
        "answer": ["answer"] * (1 + pick % 2),
    }
    for each in more.get(what, [what]):
        step = asked(story, case_id, each, pick)
        if step is None or not story.try_to(*step):
            return
        if each == "read":
            pick += 1
        case = story.state.cases.get(case_id)
        if case is None or (each == "go" and pick % 2 and case.stage is CaseStage.HANDLE):
            return


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=steps, period=periods, seen_h=st.sampled_from([0.0, 0.0, 1.0, 50.0]))
def test_any_population_counts_alike(moves, period, seen_h):
    story = ToldStory()
    for move in moves:
        act(story, *move)
    assert differences(story, period, last=story.entries[-1].recorded_at + timedelta(hours=seen_h)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(moves=steps)
def test_facts_that_were_kept_count_as_facts_from_nothing(moves):
    story, facts = ToldStory(), CaseFacts()
    period = Period(MONDAY_TEN, MONDAY_TEN + timedelta(hours=200), "Europe/Helsinki")
    for move in moves:
        act(story, *move)
        facts.refresh(story.state)
    assert whole_table(compute(facts, period, by=GROUPS)) == whole_table(compute(story.state, period, by=GROUPS))


def test_facts_of_another_log_begin_anew():
    story, other, facts = ToldStory(), ToldStory(), CaseFacts()
    for case_id in (1, 2, 3):
        act(story, case_id, "report", 1.0, case_id)
    act(other, 1, "report", 30.0, 2)
    period = Period(MONDAY_TEN, MONDAY_TEN + timedelta(hours=200), "Europe/Helsinki")
    facts.refresh(story.state)
    facts.refresh(other.state)
    assert whole_table(compute(facts, period, by=GROUPS)) == whole_table(compute(other.state, period, by=GROUPS))


def whole_table(figures: Figures) -> dict[object, object]:
    """Return every figure with the cases behind it."""
    return {
        (indicator.id, group, key): (figure, figures.cases(figure), figures.cases(figure, DENOMINATOR))
        for group in GROUPS
        for indicator in figures.indicators(group)
        for key in figures.keys(group)
        for figure in (figures.of(indicator.id, group, key),)
    }
