"""Which form belongs to which command: made when it is opened for the first time."""

from __future__ import annotations

from collections.abc import Callable

from app.case_forms.back_forms import ReopenForm, ReturnForm
from app.case_forms.correct_form import CorrectForm
from app.case_forms.form import CaseForm, WordsForm
from app.case_forms.link_forms import EscalateForm, MergeForm
from app.case_forms.step_forms import AcceptForm, DispatchForm, FileForm, RuleForm, VerifyForm
from app.case_forms.time_forms import AnswerExtensionForm, AskExtensionForm, MadeSafeForm, PauseForm
from app.case_forms.word_forms import AddEvidenceForm, AnswerForm, AppealForm, ReadAppealForm, TellForm
from app.case_forms.work_forms import CheckForm, CloseForm, HandledForm, PassOnForm, SpotForm
from app.desk import Desk
from dispatch import case_commands as k

REASON = "case_form.reason"

FORMS: dict[type, Callable[[Desk], CaseForm]] = {
    k.AcceptCase: AcceptForm,
    k.ReportVerification: VerifyForm,
    k.FileCase: FileForm,
    k.DeclineCase: lambda desk: WordsForm(desk, k.DeclineCase, REASON),
    k.DispatchCase: DispatchForm,
    k.RuleCase: RuleForm,
    k.ReportHandled: HandledForm,
    k.DisownCase: lambda desk: WordsForm(desk, k.DisownCase, REASON),
    k.PassOnFeedback: PassOnForm,
    k.ReportCheck: CheckForm,
    k.CloseCase: CloseForm,
    k.ReturnCase: ReturnForm,
    k.FixOnTheSpot: SpotForm,
    k.ReopenCase: ReopenForm,
    k.EscalateCase: EscalateForm,
    k.DeescalateCase: lambda desk: WordsForm(desk, k.DeescalateCase, REASON),
    k.MergeCase: MergeForm,
    k.UnmergeCase: lambda desk: WordsForm(desk, k.UnmergeCase, REASON),
    k.PauseCase: PauseForm,
    k.ResumeCase: lambda desk: WordsForm(desk, k.ResumeCase, "case_form.words", is_needed=False),
    k.AskExtension: AskExtensionForm,
    k.GrantExtension: lambda desk: AnswerExtensionForm(desk, k.GrantExtension, is_needed=False),
    k.RefuseExtension: lambda desk: AnswerExtensionForm(desk, k.RefuseExtension, is_needed=True),
    k.AppealCase: AppealForm,
    k.ReadAppeal: ReadAppealForm,
    k.ReportMadeSafe: MadeSafeForm,
    k.AddEvidence: AddEvidenceForm,
    k.AddCaseNote: lambda desk: WordsForm(desk, k.AddCaseNote, "case_form.note"),
    k.TellReporter: TellForm,
    k.RecordAnswer: AnswerForm,
    k.CorrectCase: CorrectForm,
}
