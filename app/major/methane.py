"""METHANE letter by letter: as it was said last, by whom and when, and what was said before."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.major.fields import LineField
from app.major.page import Page, Sheet
from app.parts.forms import plain_label
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, listed, one_line, plain, text
from dispatch.commands import Body
from dispatch.incident import Incident
from dispatch.major import LETTERS, Methane
from dispatch.major_commands import DeclareMajorIncident, ReportMethane
from dispatch.major_now import methane_now


def known_of(desk: Desk, incident: Incident) -> Methane:
    """Return what METHANE can begin with: place, kind and hazards, as the incident says them."""
    place = incident.location
    where = ", ".join(one_line(part, 200) for part in (place.text, place.crossing, place.municipality) if part)
    coordinates = f"{place.lat:.5f}, {place.lon:.5f}"
    sent = (desk.state.assignments[each] for each in desk.state.assignments_of.get(incident.id, ()))
    return Methane(
        location=f"{where} ({coordinates})" if where else coordinates,
        incident_type=kind_name(desk, incident.kind),
        hazards=listed((label("hazard", each, desk.language) for each in incident.hazards), desk.language),
        services=listed(dict.fromkeys(each.unit_id for each in sent if each.is_open), desk.language),
    )


class MethaneFields(QWidget):
    """Six fields, a letter each."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.fields: dict[str, LineField] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for letter in LETTERS:
            words = label("methane_letter", letter, desk.language)
            named = plain_label(words, role="muted")
            field = self.fields[letter] = LineField(words, " ")
            named.setBuddy(field)
            column.addWidget(named)
            column.addWidget(field)
        self.setFocusProxy(self.fields["location"])

    @property
    def methane(self) -> Methane:
        """Return what is written."""
        return Methane(**{letter: field.words for letter, field in self.fields.items()})

    def fill(self, methane: Methane) -> None:
        """Write what is known."""
        for letter, field in self.fields.items():
            field.setPlainText(getattr(methane, letter))


class DeclareSheet(Sheet):
    """Declare a major incident, with METHANE as far as it is known; again needs a reason."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.declare", desk.language), role="danger", has_cancel=False)
        self.number = 0
        self.hint = plain_label(text("major.declare_hint", desk.language), role="muted")
        self.fields.addWidget(self.hint)
        self.methane = MethaneFields(desk)
        self.fields.addWidget(self.methane)
        self.reason = self.line("major.reason_again", longest=2_000)
        self._first = self.methane.fields["casualties"]

    def fill(self, incident: Incident, *, is_again: bool) -> None:
        """Begin with what the incident says."""
        self.number = incident.id
        self.methane.fill(known_of(self._desk, incident))
        self.reason.clear()
        for part in (self.reason, self.captions[self.reason]):
            part.setVisible(is_again)
        self.filled_at = self._desk.state.sequence

    def body(self) -> Body | None:
        """Return the declaration."""
        return DeclareMajorIncident(self.number, self.methane.methane, self.reason.text().strip())


class _LetterSheet(Sheet):
    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, text("major.say_letter", desk.language), has_cancel=False)
        self.number = 0
        self.letter = LETTERS[0]
        self.entry = LineField(text("major.say_letter", desk.language), " ")
        self.caption = plain_label(" ", role="muted")
        self.caption.setBuddy(self.entry)
        self.fields.addWidget(self.caption)
        self.fields.addWidget(self.entry)

    def take(self, number: int, letter: str, words: str) -> None:
        """Take a letter in hand."""
        self.number, self.letter = number, letter
        name = label("methane_letter", letter, self._desk.language)
        self.caption.setText(name)
        self.entry.setAccessibleName(name)
        self.entry.setPlainText(words)
        self.filled_at = self._desk.state.sequence

    def body(self) -> Body | None:
        """Return what was said anew."""
        return ReportMethane(self.number, Methane(**{self.letter: self.entry.words})) if self.entry.words else None


class MethanePage(Page):
    """The seven letters; the one in hand is said anew below, over what was said before."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.letters = RowList(self.words("major.methane"), grows=True, most_rows=7, least_rows=4)
        self.sheet = _LetterSheet(desk)
        self.earlier = RowList(self.words("major.earlier"))
        self.none = plain_label(self.words("major.no_earlier"), role="muted")
        self.column.addWidget(self.letters)
        self.keep(self.sheet, ReportMethane, is_open=True)
        self.column.addWidget(self.none)
        self.column.addWidget(self.earlier, 1)
        self.column.addStretch(0)
        self.letters.pointed.connect(self._on_letter)

    def begin(self) -> None:
        """Take the first letter that was not said."""
        assert self.major is not None
        said = methane_now(self.major)
        first = next((letter for letter in LETTERS if letter not in said), LETTERS[0])
        self.refresh()
        self.letters.take_key(first)
        self._on_letter(first)

    def refresh(self) -> None:
        """Show the letters as they were said last."""
        major = self.major
        assert major is not None
        now, language = methane_now(major), self._desk.language
        by = f"{self.when(major.declared_at)} {one_line(major.declared_by, 20)}"
        rows = [Row("major", label("methane_letter", "major", language), right=by, tone="warn", is_heading=True)]
        for letter in LETTERS:
            said = now.get(letter)
            name = label("methane_letter", letter, language)
            if said is None:
                rows.append(Row(letter, name, detail=self.words("major.not_said"), tone="muted", is_quiet=True))
            else:
                by = f"{self.when(said.said_at)} {one_line(said.said_by, 20)}"
                rows.append(Row(letter, name, right=by, detail=plain(said.text), detail_tone="normal", is_quiet=True))
        self.letters.set_rows(rows, take_first=True)
        self._show_earlier()

    def badge(self) -> tuple[str, str]:
        """Return how many letters were said."""
        said = len(methane_now(self.major)) if self.major is not None else 0
        return (f"{said + 1}/7", "") if said < len(LETTERS) else ("", "")

    def sheet_done(self, sheet: Sheet) -> None:
        """Go on to the next letter that was not said."""
        assert self.major is not None
        self.sheet.filled_at = self._desk.state.sequence
        said = methane_now(self.major)
        missing = next((letter for letter in LETTERS if letter not in said), "")
        if missing:
            self.letters.take_key(missing)
            self.sheet.entry.setFocus()
        else:
            self._on_letter(self.sheet.letter)

    def _on_letter(self, letter: str) -> None:
        if letter in LETTERS and self.major is not None:
            said = methane_now(self.major).get(letter)
            self.sheet.take(self.number, letter, said.text if said is not None else "")
            self._show_earlier()

    def _show_earlier(self) -> None:
        assert self.major is not None
        said = sorted((each for each in self.major.said if each.letter == self.sheet.letter), key=lambda e: e.said_at)
        rows = [
            Row(
                str(place),
                plain(each.text),
                right=f"{self.when(each.said_at)} {one_line(each.said_by, 20)}",
                tone="muted",
                is_quiet=True,
            )
            for place, each in reversed(list(enumerate(said[:-1])))
        ]
        self.earlier.set_rows(rows)
        self.earlier.setVisible(bool(rows))
        self.none.setVisible(not rows)
