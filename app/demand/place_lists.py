"""Hot squares and clusters as tables beside the map; the one in hand says in a sentence what it means."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.demand.told import ClusterTold, HotTold, PlacesTold
from app.parts.cells import Cell, CellsView
from app.parts.forms import plain_label, show_words, small_button
from app.wording import text

HOT, CLUSTERS = 0, 1


class PlaceLists(QTabWidget):
    """Show both tables. `hot_taken` and `cluster_taken` give what is in hand, `alone` a square's key."""

    hot_taken = Signal(object)
    cluster_taken = Signal(object)
    alone = Signal(str)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._told: PlacesTold | None = None
        self._hot: HotTold | None = None
        self.setDocumentMode(True)
        self.hot = CellsView(text("demand.hot_tab", language), sorts=True)
        self.clusters = CellsView(text("demand.cluster_tab", language), sorts=True)
        self.hot_words = plain_label(text("demand.pick_hot", language))
        self.cluster_words = plain_label(text("demand.pick_cluster", language))
        self.hot_note = plain_label(role="muted")
        self.cluster_note = plain_label(role="muted")
        self.look_alone = small_button(text("demand.look_alone", language), self._ask_alone)
        self.look_alone.setEnabled(False)
        for name, view, words, note, beside in (
            ("demand.hot_tab", self.hot, self.hot_words, self.hot_note, self.look_alone),
            ("demand.cluster_tab", self.clusters, self.cluster_words, self.cluster_note, None),
        ):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 6, 0, 0)
            column.setSpacing(5)
            column.addWidget(words)
            if beside is not None:
                column.addWidget(beside, 0, Qt.AlignmentFlag.AlignLeft)
            view.setMinimumHeight(90)
            column.addWidget(view, 1)
            column.addWidget(note)
            self.addTab(page, text(name, language))
        self.hot.taken.connect(self.take_hot)
        self.hot.activated.connect(lambda _: self._ask_alone())
        self.clusters.taken.connect(self.take_cluster)

    def show_places(self, told: PlacesTold) -> None:
        """Show what was found."""
        language = self._language
        self._told = told
        heads = ("demand.place", "demand.when", "demand.calls", "demand.z")
        self.hot.put(
            tuple(text(key, language) for key in heads),
            [
                (
                    Cell(hot.place, tip=hot.words, carried=hot), Cell(hot.when or "–", carried=hot),
                    Cell(f"{hot.count:,}", hot.count, carried=hot), Cell(f"{hot.z:.1f}", hot.z, carried=hot),
                )
                for hot in told.hot
            ],
        )  # fmt: skip
        heads = ("demand.place", "demand.cluster", "demand.calls", "demand.radius")
        self.clusters.put(
            tuple(text(key, language) for key in heads),
            [
                (
                    Cell(each.place, tip=each.words, carried=each), Cell(str(each.number), each.number, carried=each),
                    Cell(f"{each.count:,}", each.count, carried=each),
                    Cell(f"{each.radius_m:,.0f} m", each.radius_m, carried=each),
                )
                for each in told.clusters
            ],
        )  # fmt: skip
        show_words(self.hot_note, told.problem or told.hot_note, "warning" if told.problem else "")
        show_words(self.cluster_note, told.cluster_note)
        self._forget()

    def clear(self) -> None:
        """Show nothing."""
        self.hot.put(self.hot.cells.headings, [])
        self.clusters.put(self.clusters.cells.headings, [])
        self._told = None
        for note in (self.hot_note, self.cluster_note):
            show_words(note, "")
        self._forget()

    def take_square(self, key: str) -> None:
        """Take the hottest slot of a square."""
        found = next((hot for hot in self._told.hot if hot.key == key), None) if self._told is not None else None
        if found is not None:
            self.take_hot(found)

    def take_number(self, number: int) -> None:
        """Take a cluster by its number."""
        clusters = self._told.clusters if self._told is not None else ()
        found = next((each for each in clusters if each.number == number), None)
        if found is not None:
            self.take_cluster(found)

    def take_hot(self, hot: HotTold) -> None:
        """Say what a square means."""
        self._hot = hot
        self.setCurrentIndex(HOT)
        show_words(self.hot_words, hot.words)
        self.look_alone.setEnabled(True)
        self.hot_taken.emit(hot)

    def take_cluster(self, cluster: ClusterTold) -> None:
        """Say what a cluster means."""
        self.setCurrentIndex(CLUSTERS)
        show_words(self.cluster_words, cluster.words)
        self.cluster_taken.emit(cluster)

    def _ask_alone(self) -> None:
        if self._hot is not None:
            self.alone.emit(self._hot.key)

    def _forget(self) -> None:
        told, language = self._told, self._language
        self._hot = None
        self.look_alone.setEnabled(False)
        has_hot, has_clusters = told is None or bool(told.hot), told is None or bool(told.clusters)
        show_words(self.hot_words, text("demand.pick_hot" if has_hot else "demand.no_hot", language))
        show_words(self.cluster_words, text("demand.pick_cluster" if has_clusters else "demand.no_cluster", language))
