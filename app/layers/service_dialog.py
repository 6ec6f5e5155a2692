"""Ask for a map service: its address, and for WMS and WMTS which of the layers that it offers."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtNetwork import QNetworkAccessManager
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.jobs import Job
from app.layers.book import LayerBook
from app.parts.forms import button, number_field, plain_label, show_words
from app.remote.addresses import AddressRefused, check_address
from app.remote.capabilities import MOST_BYTES, CapabilitiesRefused, Offer, capabilities_address, list_layers
from app.remote.download import Download, Trouble
from app.remote.tile_addresses import address_maker
from app.wording import one_line, sentence, text
from gis.layer_import import free_name
from maps.user_layers import Remote, UserLayer

SERVICES = (("xyz", "layers.service_xyz"), ("wms", "WMS"), ("wmts", "WMTS"))
CRS_CHOICES = (("", "layers.crs_wgs84"), ("GCJ-02", "layers.crs_gcj02"), ("BD-09", "layers.crs_bd09"))


class ServiceDialog(QDialog):
    """Make a remote layer; `layer` is the answer. Nothing is fetched before the user asks for it."""

    def __init__(self, book: LayerBook, language: str = "en", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book, self._language = book, language
        self._network = QNetworkAccessManager(self)
        self._download: Download | None = None
        self._job: Job | None = None
        self.layer: UserLayer | None = None
        self.setWindowTitle(self._say("layers.add_service"))
        self.service = QComboBox()
        for key, words in SERVICES:
            self.service.addItem(self._say(words) if "." in words else words, key)
        self.address = QLineEdit()
        self.address.setPlaceholderText("https://")
        self.title = QLineEdit()
        self.title.setMaxLength(120)
        self.attribution = QLineEdit()
        self.attribution.setMaxLength(200)
        self.zoom = number_field()
        self.zoom.setRange(1, 24)
        self.zoom.setValue(19)
        self.shift = QComboBox()
        for key, words in CRS_CHOICES:
            self.shift.addItem(self._say(words), key)
        self.ask = button(self._say("layers.service_ask"), self.fetch)
        self.offers = QListWidget()
        self.offers.setAccessibleName(self._say("layers.service_offers"))
        self.styles = QComboBox()
        self.said = plain_label(" ", role="muted")
        self.form = QFormLayout()
        self.form.addRow(self._say("layers.service"), self.service)
        self.form.addRow(self._say("layers.address"), self.address)
        self.form.addRow("", self.ask)
        self.form.addRow(self._say("layers.zoom_finest"), self.zoom)
        self.form.addRow(self._say("layers.crs"), self.shift)
        rest = QFormLayout()
        rest.addRow(self._say("layers.service_style"), self.styles)
        rest.addRow(self._say("layers.title"), self.title)
        rest.addRow(self._say("layers.attribution"), self.attribution)
        self.rest = rest
        buttons = QDialogButtonBox()
        self.go = buttons.addButton(self._say("layers.add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("role", "primary")
        buttons.addButton(self._say("layers.cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.finish)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addLayout(self.form)
        column.addWidget(self.offers, 1)
        column.addLayout(rest)
        column.addWidget(self.said)
        column.addWidget(buttons)
        self.resize(560, 480)
        self.service.currentIndexChanged.connect(lambda _: self._show_what_counts())
        self.address.textChanged.connect(lambda _: self._check())
        self.offers.currentItemChanged.connect(lambda *_: self._on_offer())
        self._show_what_counts()

    def fetch(self) -> None:
        """Ask the service what it offers."""
        service = str(self.service.currentData())
        self._give_up()
        self.offers.clear()
        try:
            address = capabilities_address(service, self.address.text())
        except AddressRefused as refused:
            self._refuse(refused.code, refused.parameters)
            return
        show_words(self.said, self._say("layers.service_wait"))
        self._download = Download(self._network, address, most_bytes=MOST_BYTES, parent=self)
        self._download.done.connect(lambda data: self._read(service, bytes(data)))
        self._download.failed.connect(self._on_trouble)
        self._download.start()

    def finish(self) -> None:
        """Take what is chosen; a refusal is said and the dialog stays."""
        if self.service.currentData() == "xyz":
            remote: Remote | None = Remote(
                "xyz", self.address.text().strip(), finest_zoom=self.zoom.value(),
                tile_matrix_set=str(self.shift.currentData()),
            )  # fmt: skip
        else:
            offer = self._offer()
            remote = offer.remote if offer is not None else None
            if offer is not None and remote is not None and self.styles.count():
                remote = replace(remote, style=str(self.styles.currentData()))
        if remote is None:
            self._refuse("remote_no_layer", {})
            return
        try:
            address_maker(remote)
        except AddressRefused as refused:
            self._refuse(refused.code, refused.parameters)
            return
        city = self._book.city
        assert city is not None
        title = one_line(self.title.text().strip() or remote.layer or _host(remote.url), 120)
        taken = [each.name for each in self._book.listing.layers]
        self.layer = UserLayer(
            free_name(city, title, taken), title, "remote", place="under",
            attribution=one_line(self.attribution.text(), 200), remote=remote,
        )  # fmt: skip
        self.accept()

    def done(self, result: int) -> None:
        self._give_up()
        super().done(result)

    def _give_up(self) -> None:
        if self._download is not None:
            self._download.cancel()
            self._download = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _read(self, service: str, data: bytes) -> None:
        address = self.address.text()
        self._job = Job(lambda job: list_layers(service, data, address))  # a large one takes a second to read
        self._job.done.connect(self._on_offers)
        self._job.failed.connect(self._on_unread)
        self._job.start()

    def _on_offers(self, offers: tuple[Offer, ...]) -> None:
        for offer in offers:
            words = one_line(offer.title, 120)
            if offer.refusal:
                words += " · " + sentence(offer.refusal, (), self._language)
            item = QListWidgetItem(words, self.offers)
            item.setData(Qt.ItemDataRole.UserRole, offer)
            if offer.refusal:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
        show_words(self.said, self._say("layers.service_found", count=len(offers)))
        first = next((row for row, offer in enumerate(offers) if not offer.refusal), -1)
        self.offers.setCurrentRow(first)

    def _on_trouble(self, trouble: Trouble) -> None:
        self._refuse(trouble.code, trouble.parameters)

    def _on_unread(self, problem: BaseException) -> None:
        if isinstance(problem, CapabilitiesRefused):
            self._refuse(problem.code, problem.parameters)
        else:
            show_words(self.said, one_line(problem, 200), "warning")

    def _offer(self) -> Offer | None:
        item = self.offers.currentItem()
        offer = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return offer if isinstance(offer, Offer) else None

    def _on_offer(self) -> None:
        offer = self._offer()
        self.styles.clear()
        if offer is not None:
            for name, words in offer.styles:
                self.styles.addItem(one_line(words, 80), name)
            self.title.setText(one_line(offer.title, 120))
            self.attribution.setText(one_line(offer.attribution, 200))
        self._check()

    def _show_what_counts(self) -> None:
        is_xyz = self.service.currentData() == "xyz"
        self._give_up()
        self.offers.clear()
        self.form.setRowVisible(self.ask, not is_xyz)
        self.form.setRowVisible(self.zoom, is_xyz)
        self.form.setRowVisible(self.shift, is_xyz)
        self.offers.setVisible(not is_xyz)
        self.rest.setRowVisible(self.styles, not is_xyz)
        show_words(self.said, self._help() if is_xyz else "")
        self._check()

    def _check(self) -> None:
        """Say at once why an address is not used."""
        is_xyz = self.service.currentData() == "xyz"
        words = self.address.text().strip()
        self.ask.setEnabled(bool(words))
        self.go.setEnabled(bool(words) and (is_xyz or self._offer() is not None))
        if words.count(":") and "//" in words:
            try:
                check_address(words)
            except AddressRefused as refused:
                self._refuse(refused.code, refused.parameters)
                self.go.setEnabled(False)
                return
        if self.said.property("level") == "warning":
            show_words(self.said, self._help() if is_xyz else "")

    def _refuse(self, code: str, parameters: object) -> None:
        show_words(self.said, sentence(code, parameters, self._language), "warning")  # type: ignore[arg-type]

    def _help(self) -> str:
        return self._say("layers.service_help", z="{z}", x="{x}", y="{y}")

    def _say(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)


def _host(url: str) -> str:
    return urlsplit(url).hostname or "map"
