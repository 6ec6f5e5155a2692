"""What stands in the form of a report: its class, who would answer, the command that it means, a draft of it."""

from __future__ import annotations

from collections.abc import Callable

from app.case_ground.advice import Advice, advise, class_of_component, place_of
from app.case_ground.on_ground import OnGround
from app.case_intake.case_drafts import CaseDraft
from app.case_intake.case_page import CasePage
from app.desk import Desk
from app.wording import label, text
from dispatch.case import AFTER, FROM_INCIDENT
from dispatch.case_commands import ReportCase
from dispatch.duplicates import Suggestion, suggest
from dispatch.standards import USUAL, Standard


class Written:
    """Read the page, and fill it from a draft.

    `ground` is what is known of its place, `incident_id` the incident that it is from, `known` the component of a
    draft, which stands until class or place are changed.
    """

    def __init__(self, desk: Desk, page: CasePage) -> None:
        self._desk = desk
        self._page = page
        self.ground: OnGround | None = None
        self.incident_id: int | None = None
        self.known: str | None = None

    @property
    def standard(self) -> Standard | None:
        """Return the class that is chosen, where it is in force."""
        wanted = self._page.standard.standard_id
        return next((each for each in self._desk.state.standards.small if each.id == wanted), None)

    @property
    def source(self) -> str:
        """Return where the report comes from."""
        return FROM_INCIDENT if self.incident_id is not None else str(self._page.source.currentData())

    @property
    def lonlat(self) -> tuple[float, float] | None:
        """Return the place that is chosen."""
        location = self._page.place.location
        return (location.lon, location.lat) if location is not None else None

    def advice(self) -> Advice | None:
        """Return what reporting it now would mean; None without class or place."""
        page, desk, standard = self._page, self._desk, self.standard
        if standard is None or page.place.location is None:
            return None
        degree = page.degree.currentData() or USUAL
        return advise(desk.state, standard, degree, self.ground, page.component.component, desk.clock())

    def body(self, *, keep_after: bool = True) -> ReportCase | None:
        """Return the report; None without class or place."""
        page, standard, location = self._page, self.standard, self._page.place.location
        if standard is None or location is None:
            return None
        evidence = page.photographs.evidence()
        advice = self.advice()
        answer = advice.answer if advice is not None else None
        return ReportCase(
            self.source,
            standard.id,
            place_of(self._desk.state, location, self.ground, page.component.code, answer),
            page.degree.currentData() or USUAL,
            answerable=answer.department if answer is not None else "",
            text=page.words.words,
            person_id=page.reporter.keep(),
            evidence=evidence if keep_after else tuple(each for each in evidence if each.kind != AFTER),
            incident_id=self.incident_id,
        )

    def twins(self) -> tuple[Suggestion, ...]:
        """Return what it may be the same thing as."""
        page, location = self._page, self._page.place.location
        if location is None:
            return ()
        return suggest(
            self._desk.state,
            place=(location.lon, location.lat),
            standard_id=page.standard.standard_id,
            text=page.words.words,
            at=self._desk.clock(),
            component=page.component.code,
        )

    def draft(self, name: str, before: CaseDraft | None) -> CaseDraft:
        """Return what stands there as a draft, begun when the one before it was."""
        page = self._page
        return CaseDraft(
            name,
            before.started_at if before is not None else self._desk.clock(),
            page.place.location,
            page.standard.standard_id,
            str(page.degree.currentData() or ""),
            page.component.code if self.known is None else self.known,
            page.words.words,
            str(page.source.currentData() or ""),
            self.incident_id,
            page.photographs.evidence(),
        )

    def fill(self, draft: CaseDraft, *, reporter: tuple[str, str]) -> None:
        """Put a draft into the form; its place is looked up by whoever is told of it."""
        page = self._page
        page.place.set_location(draft.location)
        page.standard.set_standard(draft.standard_id)
        page.show_degrees(self.standard, draft.degree)
        page.words.setPlainText(draft.text)
        page.reporter.number.setText(reporter[0])
        page.reporter.name.setText(reporter[1])
        page.photographs.take_again(draft.evidence)

    def empty(self) -> None:
        """Empty the form."""
        page = self._page
        self.ground = self.known = None
        page.place.set_location(None)
        page.standard.set_standard("")
        page.words.clear()
        page.reporter.clear()
        page.photographs.clear()
        page.show_degrees(None)

    def show_components(self) -> None:
        """Offer the components that stand at the place."""
        page, ground = self._page, self.ground
        near = ground.components if ground is not None else ()
        known = self.known if ground is not None else None
        page.show_row(page.component, page.component.show_near(near, self.standard, known=known))

    def take_class_of_component(self) -> bool:
        """Choose the class that the component in hand is of, where none is chosen; tell whether it did."""
        self.known = None
        component = self._page.component.component
        if component is None or self._page.standard.standard_id:
            return False
        self._page.standard.set_standard(class_of_component(self._desk.state, component))
        return True

    def held_up(self, *, is_looking: bool) -> str:
        """Return in words why it cannot be sent now, empty where it can."""
        desk, page = self._desk, self._page
        words: Callable[..., str] = lambda key, **more: text(key, desk.language, **more)  # noqa: E731
        if not desk.may(ReportCase):
            return words("case_intake.may_not", role=label("role", desk.who.role, desk.language))
        if page.photographs.is_busy:
            return words("case_intake.busy")
        return words("case_intake.looking") if is_looking else ""
