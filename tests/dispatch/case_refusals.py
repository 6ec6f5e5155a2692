"""What the rules for cases refuse, each code with a story in which it is the answer, and one of every command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from dispatch import case_commands as k
from dispatch import commands as c
from dispatch.areas import Area, Areas, Collector
from dispatch.calendar import Holiday, Hours
from dispatch.case import AFTER, BEFORE, CaseStage, Evidence
from dispatch.case_moves import MOVES
from dispatch.runcard import RunCards
from tests.dispatch.case_town import (
    ACCEPTOR,
    AREAS,
    CALENDAR,
    CELL,
    CHECKER,
    COLLECTOR,
    COORDINATOR,
    DISPATCHER,
    OFFICER,
    PLACE,
    STANDARDS,
    WATER_OFFICER,
    CaseStory,
    photo,
)
from tests.dispatch.town import ADMINISTRATOR, OPERATOR, RUN_CARDS, SUPERVISOR, at

S = CaseStage
Given = Callable[[CaseStory], object]
SEEN = photo(BEFORE)


def _at(stage: CaseStage, standard_id: str = "rubbish", **more: object) -> Given:
    def walk(story: CaseStory) -> None:
        story.report(standard_id, **more)  # type: ignore[arg-type]
        story.walk(stage)

    return walk


def _then(given: Given, *asked: tuple[c.Body, c.Who]) -> Given:
    def go(story: CaseStory) -> None:
        given(story)
        for body, who in asked:
            story.do(body, who=who)

    return go


def _nothing(story: CaseStory) -> None:
    pass


_REPORT = k.ReportCase("hotline", "rubbish", PLACE)
_DISOWNED = _then(
    _at(S.HANDLE),
    (k.DisownCase(1, "no"), OFFICER),
    (k.DispatchCase(1, "water"), DISPATCHER),
    (k.DisownCase(1, "no"), WATER_OFFICER),
)
_ASKED = _then(_at(S.HANDLE), (k.AskExtension(1, 1.0, "rain"), OFFICER))
_APPEALED = _then(_at(S.EVALUATE), (k.AppealCase(1, "it rained"), OFFICER))
_READ = _then(_APPEALED, (k.ReadAppeal(1, "upheld", "so it did"), SUPERVISOR))

# What was so, what is asked by whom, and parameters that the refusal must carry.
Row = tuple[Given, c.Body, c.Who, dict[str, object]]
ROWS: dict[str, Row] = {
    "case_unknown": (_nothing, k.AcceptCase(7), ACCEPTOR, {"case_id": 7}),
    "earlier_than_case": (
        lambda s: s.report(at=at(61)),
        k.AcceptCase(1),
        ACCEPTOR,
        {"moved_at": at(61), "at": at(0)},
    ),
    "case_not_there": (_at(S.FILE), k.DispatchCase(1), DISPATCHER, {"case_stage": "file", "stages": ("dispatch",)}),
    "case_paused": (
        _then(_at(S.HANDLE), (k.PauseCase(1, "suspended", "frost"), SUPERVISOR)),
        k.ReportHandled(1, (photo(),)),
        OFFICER,
        {"pause": "suspended", "until": None},
    ),
    "case_not_paused": (_at(S.HANDLE), k.ResumeCase(1), SUPERVISOR, {"case_id": 1}),
    "not_own_department": (
        _at(S.HANDLE),
        k.ReportHandled(1, (photo(),)),
        WATER_OFFICER,
        {"department": "urban", "own": "water"},
    ),
    "not_the_holder": (
        _at(S.CHECK),
        k.ReturnCase(1, S.HANDLE, "no"),
        DISPATCHER,
        {"case_stage": "check", "role": "dispatcher"},
    ),
    "handlers_do_not_judge": (
        _then(_at(S.HANDLE), (k.ReportHandled(1, (photo(),)), ADMINISTRATOR)),
        k.PassOnFeedback(1),
        ADMINISTRATOR,
        {"actor": "dora"},
    ),
    "judges_do_not_handle": (
        _then(_at(S.FILE), (k.FileCase(1), ADMINISTRATOR), (k.DispatchCase(1), DISPATCHER)),
        k.ReportHandled(1, (photo(),)),
        ADMINISTRATOR,
        {"actor": "dora"},
    ),
    "department_judges_itself": (
        _at(S.CHECK),
        k.ReportCheck(1, "passed"),
        replace(CHECKER, department="urban"),
        {"department": "urban"},
    ),
    "must_be_put_right_first": (
        _then(_at(S.CLOSE), (k.ReturnCase(1, S.FEED_BACK, "still there", S.HANDLE), SUPERVISOR)),
        k.PassOnFeedback(1),
        DISPATCHER,
        {"case_stage": "feed_back", "fixer": "handle"},
    ),
    "no_way_back": (
        _at(S.CHECK),
        k.ReturnCase(1, S.FILE, "no"),
        CHECKER,
        {"wanted_stage": "file", "stages": ("feed_back", "handle")},
    ),
    "cannot_be_put_right_there": (
        _at(S.CHECK),
        k.ReturnCase(1, S.HANDLE, "no", S.FILE),
        CHECKER,
        {"fixer": "file", "stages": ("handle",)},
    ),
    "choice_unknown": (
        _nothing,
        replace(_REPORT, source="rumour"),
        ACCEPTOR,
        {"field": "source", "value": "rumour"},
    ),
    "standard_unknown": (_nothing, replace(_REPORT, standard_id="dragon"), ACCEPTOR, {"standard_id": "dragon"}),
    "standard_differs": (_at(S.CLOSE), k.CloseCase(1, "lamp_out"), SUPERVISOR, {"own": "rubbish"}),
    "standards_wrong": (
        _nothing,
        k.LoadStandards(replace(STANDARDS, small=(replace(STANDARDS.small[3], emergency="dragon"),))),
        ADMINISTRATOR,
        {"id": "gas_smell", "field": "emergency"},
    ),
    "card_in_use": (
        _nothing,
        c.LoadRunCards(RunCards(RUN_CARDS.cards[1:])),
        ADMINISTRATOR,
        {"kind": "structure_fire", "standard_id": "gas_smell"},
    ),
    "calendar_wrong": (
        _nothing,
        k.LoadCalendar(replace(CALENDAR, time_zone="No/Where")),
        ADMINISTRATOR,
        {"field": "time_zone", "value": "No/Where"},
    ),
    "code_wrong": (
        _nothing,
        replace(_REPORT, place=replace(PLACE, cell="12")),
        ACCEPTOR,
        {"code_kind": "cell", "found": "12", "digits": 15},
    ),
    "cell_elsewhere": (
        _nothing,
        replace(_REPORT, place=replace(PLACE, community="110101002002")),
        ACCEPTOR,
        {"cell": CELL},
    ),
    "department_unknown": (_nothing, replace(_REPORT, answerable="parks"), ACCEPTOR, {"department": "parks"}),
    "department_needed": (
        lambda s: (
            s.do(k.LoadAreas(Areas()), who=ADMINISTRATOR),
            s.do(
                k.LoadStandards(replace(STANDARDS, small=(replace(STANDARDS.small[0], department_kind="power"),))),
                who=ADMINISTRATOR,
            ),
            _at(S.DISPATCH)(s),
        ),
        k.DispatchCase(1),
        DISPATCHER,
        {"case_id": 1},
    ),
    "not_verified": (
        _then(_at(S.VERIFY), (k.ReportVerification(1, "not_found"), COLLECTOR)),
        k.FileCase(1),
        ACCEPTOR,
        {"case_id": 1},
    ),
    "evidence_missing": (
        _at(S.HANDLE),
        k.ReportHandled(1),
        OFFICER,
        {"evidence_kind": AFTER, "has": 0, "wanted": 1},
    ),
    "evidence_twice": (
        lambda s: s.report(evidence=(SEEN,)),
        k.AddEvidence(1, (replace(SEEN, kind=AFTER),)),
        COLLECTOR,
        {"evidence": SEEN.id},
    ),
    "evidence_unnamed": (
        lambda s: s.report(),
        k.AddEvidence(1, (Evidence("../../x"),)),
        COLLECTOR,
        {"evidence": "../../x"},
    ),
    "evidence_too_much": (
        lambda s: s.report(),
        k.AddEvidence(1, tuple(photo() for _ in range(201))),
        COLLECTOR,
        {"count": 201, "limit": 200},
    ),
    "nothing_added": (lambda s: s.report(), k.AddEvidence(1, ()), COLLECTOR, {"case_id": 1}),
    "ruling_needed": (_DISOWNED, k.DispatchCase(1), COORDINATOR, {"times": 2}),
    "ruling_binds": (
        _then(_DISOWNED, (k.RuleCase(1, "urban", "yours"), COORDINATOR)),
        k.DisownCase(1, "no"),
        OFFICER,
        {"department": "urban"},
    ),
    "nothing_to_rule": (_at(S.DISPATCH), k.RuleCase(1, "urban", "yours"), COORDINATOR, {"times": 0, "wanted": 2}),
    "not_made_safe": (_at(S.CLOSE, "sewer_cover"), k.CloseCase(1, "sewer_cover"), SUPERVISOR, {"case_id": 1}),
    "no_danger": (_at(S.HANDLE), k.ReportMadeSafe(1), OFFICER, {"case_id": 1}),
    "not_on_the_spot": (
        _at(S.VERIFY, "lamp_out"),
        k.FixOnTheSpot(1, (photo(BEFORE), photo())),
        COLLECTOR,
        {"standard_id": "lamp_out"},
    ),
    "may_not_suspend": (_at(S.HANDLE), k.PauseCase(1, "suspended", "frost"), OPERATOR, {"role": "operator"}),
    "suspended_before": (
        _then(_at(S.HANDLE), (k.PauseCase(1, "suspended", "frost"), SUPERVISOR), (k.ResumeCase(1), SUPERVISOR)),
        k.PauseCase(1, "suspended", "frost again"),
        SUPERVISOR,
        {"limit": 1},
    ),
    "extension_pending": (_ASKED, k.AskExtension(1, 1.0, "more rain"), OFFICER, {"asked_at": at(0)}),
    "extensions_used_up": (
        _then(
            _ASKED,
            (k.GrantExtension(1), SUPERVISOR),
            (k.AskExtension(1, 1.0, "rain"), OFFICER),
            (k.GrantExtension(1), DISPATCHER),
        ),
        k.AskExtension(1, 0.1, "rain"),
        OFFICER,
        {"limit": 2},
    ),
    "extension_out_of_range": (_at(S.HANDLE), k.AskExtension(1, 4.5, "rain"), OFFICER, {"amount": 4.5, "limit": 4.0}),
    "extension_not_asked": (_at(S.HANDLE), k.GrantExtension(1), SUPERVISOR, {"case_id": 1}),
    "extension_by_own_role": (
        _then(_at(S.HANDLE), (k.AskExtension(1, 1.0, "rain"), ADMINISTRATOR)),
        k.GrantExtension(1),
        replace(ADMINISTRATOR, actor="dora's friend"),
        {"role": "administrator"},
    ),
    "nothing_to_appeal": (
        _then(_at(S.COLLECT), (k.DeclineCase(1, "a joke"), ACCEPTOR)),
        k.AppealCase(1, "no"),
        replace(ADMINISTRATOR, actor="x"),
        {"outcome": "not_filed"},
    ),
    "appealed_before": (_APPEALED, k.AppealCase(1, "and again"), OFFICER, {"made_at": at(0)}),
    "no_appeal": (_at(S.EVALUATE), k.ReadAppeal(1, "upheld", "x"), SUPERVISOR, {"case_id": 1}),
    "appeal_decided": (
        _then(_READ, (k.ReadAppeal(1, "dismissed", "x"), replace(SUPERVISOR, actor="other"))),
        k.ReadAppeal(1, "upheld", "x"),
        replace(SUPERVISOR, actor="third"),
        {"limit": 2},
    ),
    "read_by_the_same": (_READ, k.ReadAppeal(1, "upheld", "once more"), SUPERVISOR, {"actor": "carla"}),
    "incident_needed": (_nothing, replace(_REPORT, source="incident"), ACCEPTOR, {}),
    "kind_needed": (lambda s: s.report(), k.EscalateCase(1, "it burns"), OPERATOR, {"case_id": 1}),
    "merged_with_itself": (lambda s: s.report(), k.MergeCase(1, 1), ACCEPTOR, {"case_id": 1}),
    "main_not_open": (
        _then(_at(S.EVALUATE), (k.ReportCase("hotline", "rubbish", PLACE), ACCEPTOR)),
        k.MergeCase(2, 1),
        ACCEPTOR,
        {"into": 1, "case_stage": "evaluate"},
    ),
}
TESTED_APART = {"case_changed_since", "calendar_missing", "collector_wrong", "time_not_counted", "extension_too_late"}
CASE_CODES = ROWS.keys() | TESTED_APART

WRONG_CALENDARS = (
    replace(CALENDAR, week=((Hours(-5, 60),),) * 7),
    replace(CALENDAR, week=((Hours(0, 9_999_999),),) * 7),
    replace(CALENDAR, holidays=(Holiday("for ever", date(1, 1, 1), date(9999, 1, 1)),)),
    replace(CALENDAR, holidays=(Holiday("backwards", date(2026, 1, 2), date(2026, 1, 1)),)),
    replace(CALENDAR, working_day_h=0.0),
    replace(CALENDAR, time_zone="../../etc/passwd"),
    replace(CALENDAR, time_zone=""),
)
WRONG_AREAS = (
    Areas((Area("a", "A", ("11010",)),)),
    Areas((Area("a", "A", ("11010x",)),)),
    Areas((Area("a", "A", ("110101",)), Area("a", "A", ("110102",)))),
    Areas((Area("a", "A", ("110101",), "parks"),)),
    Areas((), (Collector("gus"), Collector("gus"))),
    Areas((), (Collector("gus", areas=("a",)),)),
    Areas((), (Collector("gus", shift=(Hours(60, 60),)),)),
    Areas((), (Collector("gus", days=(7,)),)),
)

ONE_OF_EACH_CASE: dict[type, c.Body] = {
    type(body): body
    for body in (
        k.LoadStandards(STANDARDS),
        k.LoadCalendar(CALENDAR),
        k.LoadAreas(AREAS),
        k.ReportCase("hotline", "rubbish", PLACE),
        k.CorrectCase(1, "rubbish", PLACE),
        k.AcceptCase(1),
        k.ReportVerification(1, "found"),
        k.FileCase(1),
        k.DeclineCase(1, "x"),
        k.DispatchCase(1),
        k.RuleCase(1, "urban", "x"),
        k.ReportHandled(1),
        k.DisownCase(1, "x"),
        k.PassOnFeedback(1),
        k.ReportCheck(1, "passed"),
        k.CloseCase(1, "rubbish"),
        k.ReturnCase(1, S.HANDLE, "x"),
        k.FixOnTheSpot(1),
        k.ReopenCase(1, "x"),
        k.EscalateCase(1, "x"),
        k.DeescalateCase(1, "x"),
        k.MergeCase(1, 2),
        k.UnmergeCase(1, "x"),
        k.PauseCase(1, "suspended", "x"),
        k.ResumeCase(1),
        k.AskExtension(1, 1.0, "x"),
        k.GrantExtension(1),
        k.RefuseExtension(1, "x"),
        k.AppealCase(1, "x"),
        k.ReadAppeal(1, "upheld", "x"),
        k.ReportMadeSafe(1),
        k.AddEvidence(1, (Evidence("0" * 64),)),
        k.AddCaseNote(1, "x"),
        k.TellReporter(1, "x"),
        k.RecordAnswer(1, "fair"),
        k.ErasePerson("p1", "x"),
        k.ErasePhotograph("0" * 64, "x"),
    )
}

# From which stages a command moves a case.
STARTS: dict[type, frozenset[CaseStage]] = {
    k.AcceptCase: MOVES["accepted"].start,
    k.ReportVerification: MOVES["verified"].start,
    k.FileCase: MOVES["filed"].start,
    k.DeclineCase: MOVES["declined"].start,
    k.DispatchCase: MOVES["dispatched"].start,
    k.RuleCase: MOVES["ruled"].start,
    k.ReportHandled: MOVES["handled"].start,
    k.DisownCase: MOVES["disowned"].start,
    k.PassOnFeedback: MOVES["passed_on"].start,
    k.ReportCheck: MOVES["checked"].start,
    k.CloseCase: MOVES["closed"].start,
    k.ReturnCase: MOVES["returned"].start,
    k.FixOnTheSpot: MOVES["fixed_on_the_spot"].start,
    k.ReopenCase: MOVES["reopened"].start,
    k.EscalateCase: MOVES["escalated"].start,
    k.DeescalateCase: MOVES["deescalated"].start,
    k.MergeCase: MOVES["merged"].start,
    k.UnmergeCase: MOVES["unmerged"].start,
}
