"""The page of a look's colours and sizes: one colour, categories, or classes by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.jobs import Job
from app.layers.class_list import ClassList
from app.layers.colour_button import ColourButton
from app.layers.fields import FieldInfo, field_words
from app.layers.ramps import RAMPS
from app.parts.forms import decimal_field, number_field, plain_label, show_words
from app.wording import one_line, text
from gis.columns import LayerColumns
from maps.classes import METHODS, OTHER_COLOUR, categories_for, ramp, steps_for
from maps.user_layers import PALETTE, SYMBOLOGIES, Category, Look, Step

METHOD_WORDS = {"equal": "layers.equal", "quantiles": "layers.quantiles", "natural": "layers.natural"}
SYMBOLOGY_WORDS = {"single": "layers.single", "categories": "layers.categories", "graduated": "layers.graduated"}
MOST_CATEGORIES = 24


class LookPage(QWidget):
    """Edit how features are drawn. `look` puts what stands here into a look."""

    changed = Signal()

    def __init__(self, columns: LayerColumns, fields: Sequence[FieldInfo], look: Look, language: str = "en") -> None:
        super().__init__()
        self._columns, self._language = columns, language
        self._job: Job | None = None
        self.symbology = _choice([(one, self._say(SYMBOLOGY_WORDS[one])) for one in SYMBOLOGIES])
        self.field = field_choice(fields, language)
        self.count = number_field()
        self.count.setRange(2, 12)
        self.count.setValue(5)
        self.method = _choice([(one, self._say(METHOD_WORDS[one])) for one in reversed(METHODS)])
        self.ramp = _choice([(key, self._say(key)) for key in RAMPS])
        self.classes = ClassList(language)
        self.colour = ColourButton(self._say("layers.colour"), language)
        self.other = ColourButton(self._say("layers.others"), language, may_be_none=True)
        self.outline = ColourButton(self._say("layers.outline"), language, may_be_none=True)
        self.width = _number(0.0, 20.0, 0.2)
        self.size = _number(1.0, 60.0, 0.5)
        self._numeric = [one.name for one in fields if one.is_numeric and one.name != "feature"]
        numeric = [one for one in fields if one.is_numeric]
        self.size_field = field_choice(numeric, language, none=self._say("layers.size_same"))
        self.smallest, self.largest = _number(0.5, 60.0, 0.5), _number(0.5, 60.0, 0.5)
        self.said = plain_label(role="muted")
        self._arrange()
        self._load(look)
        self._wire()
        self._show_what_counts()

    def look(self, look: Look) -> Look:
        """Answer a look with what stands on this page."""
        symbology = str(self.symbology.currentData())
        low, high = sorted((self.smallest.value(), self.largest.value()))
        return replace(
            look,
            symbology=symbology,
            field=str(self.field.currentData() or "") if symbology != "single" else "",
            categories=self.classes.categories() if symbology == "categories" else (),
            steps=self.classes.steps() if symbology == "graduated" else (),
            colour=self.colour.colour,
            other_colour=self.other.colour if symbology != "single" else "",
            outline=self.outline.colour,
            width_px=round(self.width.value(), 2),
            size_px=round(self.size.value(), 2),
            size_field=str(self.size_field.currentData() or ""),
            size_px_range=(round(low, 2), round(high, 2)),
        )

    def _on_symbology(self) -> None:
        """Make classes; by size, of a field that holds numbers where the one in hand holds none."""
        if self.symbology.currentData() == "graduated" and self.field.currentData() not in self._numeric:
            at = self.field.findData(self._numeric[0]) if self._numeric else -1
            if at >= 0:
                self.field.blockSignals(True)
                self.field.setCurrentIndex(at)
                self.field.blockSignals(False)
        self.classify()

    def classify(self) -> None:
        """Make classes anew of the field's values, in a worker."""
        symbology, field = str(self.symbology.currentData()), str(self.field.currentData() or "")
        self._show_what_counts()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if symbology == "single" or not field:
            self.changed.emit()
            return
        columns, count, method = self._columns, self.count.value(), str(self.method.currentData())

        def work(job: Job) -> tuple[Category, ...] | tuple[Step, ...]:
            if symbology == "categories":
                return categories_for(columns, field, MOST_CATEGORIES)
            from gis.field_values import numbers

            return steps_for(numbers(columns, field), count, method)

        self._job = Job(work)
        self._job.done.connect(self._on_classes)
        self._job.failed.connect(lambda problem: show_words(self.said, one_line(problem, 200), "warning"))
        self._job.start()

    def give_up(self) -> None:
        """Forget what is being worked out."""
        if self._job is not None:
            self._job.cancel()

    def _on_classes(self, classes: tuple[Category, ...] | tuple[Step, ...]) -> None:
        self._job = None
        is_graduated = self.symbology.currentData() == "graduated"
        if is_graduated:
            self._show_steps([one for one in classes if isinstance(one, Step)])
        else:
            self.classes.show_categories([one for one in classes if isinstance(one, Category)])
        key = "layers.no_numbers" if is_graduated else "layers.no_values"
        show_words(self.said, "" if classes else self._say(key), "warning")
        if not self.other.colour:
            self.other.set_colour(OTHER_COLOUR)
        self.changed.emit()

    def _recolour(self) -> None:
        """Give the classes that are there the ramp's colours."""
        if self.symbology.currentData() == "graduated":
            self._show_steps(self.classes.steps())
            self.changed.emit()

    def _show_steps(self, steps: Sequence[Step]) -> None:
        colours = ramp(len(steps), RAMPS[str(self.ramp.currentData())])  # one at least
        self.classes.show_steps([Step(one.upto, colour) for one, colour in zip(steps, colours, strict=False)])

    def _load(self, look: Look) -> None:
        self.symbology.setCurrentIndex(SYMBOLOGIES.index(look.symbology))
        choose_field(self.field, look.field, self._language)
        choose_field(self.size_field, look.size_field, self._language)
        self.colour.set_colour(look.colour or PALETTE[0])
        self.other.set_colour(look.other_colour)
        self.outline.set_colour(look.outline)
        self.width.setValue(look.width_px)
        self.size.setValue(look.size_px)
        self.smallest.setValue(look.size_px_range[0])
        self.largest.setValue(look.size_px_range[1])
        if look.symbology == "categories":
            self.classes.show_categories(look.categories)
        elif look.symbology == "graduated":
            self.classes.show_steps(look.steps)
            self.count.setValue(max(2, min(12, len(look.steps))))

    def _wire(self) -> None:
        self.symbology.currentIndexChanged.connect(lambda _: self._on_symbology())
        self.field.currentIndexChanged.connect(lambda _: self.classify())
        self.count.valueChanged.connect(lambda _: self.classify())
        self.method.currentIndexChanged.connect(lambda _: self.classify())
        self.ramp.currentIndexChanged.connect(lambda _: self._recolour())
        for made in (self.colour, self.other, self.outline):
            made.chosen.connect(lambda _: self.changed.emit())
        for box in (self.width, self.size, self.smallest, self.largest):
            box.valueChanged.connect(lambda _: self.changed.emit())
        self.size_field.currentIndexChanged.connect(lambda _: (self._show_what_counts(), self.changed.emit()))
        self.classes.edited.connect(self.changed)

    def _arrange(self) -> None:
        form = QFormLayout()
        form.addRow(self._say("layers.symbology"), self.symbology)
        form.addRow(self._say("layers.field"), self.field)
        form.addRow(self._say("layers.method"), _row(self.method, self.count))
        form.addRow(self._say("layers.ramp"), self.ramp)
        form.addRow(self._say("layers.colour"), self.colour)
        tail = QFormLayout()
        tail.addRow(self._say("layers.others"), self.other)
        tail.addRow(self._say("layers.outline"), self.outline)
        is_point = self._columns.geometry == "point"
        if not is_point:
            tail.addRow(self._say("layers.width"), self.width)
        if is_point:
            tail.addRow(self._say("layers.size"), self.size)
        if self._columns.geometry != "polygon":
            tail.addRow(self._say("layers.size_by"), self.size_field)
            tail.addRow(self._say("layers.size_range"), _row(self.smallest, self.largest))
        self.form, self.tail = form, tail
        _line_up(form, tail)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.classes, 1)
        column.addWidget(self.said)
        column.addLayout(tail)
        column.addStretch(0)

    def _show_what_counts(self) -> None:
        symbology = self.symbology.currentData()
        is_single, is_graduated = symbology == "single", symbology == "graduated"
        self.form.setRowVisible(self.field, not is_single)
        self.form.setRowVisible(2, is_graduated)
        self.form.setRowVisible(self.ramp, is_graduated)
        self.form.setRowVisible(self.colour, is_single)
        self.classes.setVisible(not is_single)
        self.tail.setRowVisible(self.other, not is_single)
        if self._columns.geometry != "polygon":
            self.tail.setRowVisible(self.tail.rowCount() - 1, bool(self.size_field.currentData()))

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def field_choice(fields: Sequence[FieldInfo], language: str, *, none: str = "") -> QComboBox:
    """Return a list of fields with their kinds and samples; with `none`, the first entry is no field."""
    made = _choice([(one.name, field_words(one, language)) for one in fields])
    if none:
        made.insertItem(0, none, "")
        made.setCurrentIndex(0)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(24)
    return made


def choose_field(box: QComboBox, name: str, language: str) -> None:
    """Choose a field; one that the layer does not have is shown as such and kept."""
    at = box.findData(name)
    if at < 0 and name:
        box.addItem(text("layers.field_gone", language, field=one_line(name, 60)), name)
        at = box.count() - 1
    if at >= 0:
        box.setCurrentIndex(at)


def _choice(rows: Sequence[tuple[str, str]]) -> QComboBox:
    made = QComboBox()
    for key, words in rows:
        made.addItem(words, key)
    return made


def _number(low: float, high: float, step: float) -> QDoubleSpinBox:
    made = decimal_field()
    made.setRange(low, high)
    made.setSingleStep(step)
    made.setDecimals(1)
    made.setSuffix(" px")
    made.setKeyboardTracking(False)
    return made


def _row(*parts: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        row.addWidget(part)
    return made


def _line_up(*forms: QFormLayout) -> None:
    """Let the fields of forms that stand below each other begin at one line."""
    items = [form.itemAt(row, QFormLayout.ItemRole.LabelRole) for form in forms for row in range(form.rowCount())]
    captions = [item.widget() for item in items if item is not None]
    for each in captions:
        each.ensurePolished()
    widest_px = max(each.sizeHint().width() for each in captions)
    for each in captions:
        each.setMinimumWidth(widest_px)
