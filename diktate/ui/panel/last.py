"""The card of the last dictation: how long its words took, and where the time went."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from diktate.flow import Receipt
from diktate.ui import phrases
from diktate.ui.panel.card import Card, across, label
from diktate.ui.panel.stages import StageBar, stages


class LastCard(Card):
    """The last dictation: how long the words took and where, and the words themselves if asked for."""

    copy_asked = Signal(str)
    """The words; the clipboard belongs to another."""

    def __init__(self) -> None:
        super().__init__("")
        self.how = label("", role="chip")
        self.how.setWordWrap(False)
        self.column.removeWidget(self.heading)
        top = across(self.heading, self.how, stretch=0)
        top.setAlignment(self.how, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(top)
        self.bar = StageBar()
        self.column.addWidget(self.bar)
        self.facts = label("", role="note")
        self.column.addWidget(self.facts)
        self.words = label("")
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.words.setTextFormat(Qt.TextFormat.PlainText)  # what was said may look like mark-up
        self.words.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # selectable text alone is passed over by the tab key
        self.words.setAccessibleName(self.tr("Words of the last dictation"))
        self.reveal = QPushButton()
        self.reveal.setCheckable(True)
        self.reveal.toggled.connect(self._reveal)
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setAccessibleName(self.tr("Copy the words of the last dictation"))
        self.copy.clicked.connect(self._copy)
        self.column.addWidget(self.words)
        buttons = across(self.reveal, self.copy)
        buttons.addStretch(1)
        self.column.addLayout(buttons)
        self._text = ""
        self._id = ""
        self.show_last(None, "")

    def show_last(self, receipt: Receipt | None, text: str) -> None:
        """Show this one; the words of a new dictation are hidden again."""
        new = (receipt.id if receipt else "") != self._id
        self._id, self._text = (receipt.id if receipt else ""), text
        self.heading.setText(self._heading(receipt))
        self.bar.show_stages(stages(receipt) if receipt else ())
        self._show_how(receipt)
        self._show_facts(receipt)
        self.copy.setVisible(bool(text))
        self.reveal.setVisible(bool(text))
        if new:
            self.reveal.setChecked(False)
        self._reveal(shown=self.reveal.isChecked())

    def _heading(self, receipt: Receipt | None) -> str:
        if receipt is None:
            return self.tr("Last dictation")
        if receipt.after_release_ms is None or receipt.audio_s is None:
            return self.tr("Last dictation: not written")
        return self.tr("Last dictation: {speech} s of speech, words there in {wait}").format(
            speech=f"{receipt.audio_s:.0f}" if receipt.audio_s >= 10 else f"{receipt.audio_s:.1f}",  # noqa: PLR2004
            wait=phrases.seconds_words(receipt.after_release_ms),
        )

    def _show_how(self, receipt: Receipt | None) -> None:
        insert = receipt.insert if receipt else None
        self.how.setVisible(insert is not None)
        if receipt is None or insert is None:
            return
        app = insert.app or self.tr("the window")
        confirmed = self.tr("pasted into {app}, confirmed").format(app=app)
        # What is not confirmed is said plainly, but it isn't an error.
        self.how.setText(confirmed if insert.confirmed else phrases.written_words(receipt))
        self.how.setProperty("good", "true" if insert.confirmed else "false")
        self.how.style().unpolish(self.how)  # a style sheet looks at a property once
        self.how.style().polish(self.how)

    def _show_facts(self, receipt: Receipt | None) -> None:
        if receipt is None:
            self.facts.setText(self.tr("What you dictated last, and how long each step took, will stand here."))
        elif receipt.error is not None:
            self.facts.setText(f"{receipt.error.what} {receipt.error.fix}".strip())
        elif receipt.start_gap_ms is not None:
            said = self.tr("The microphone was there {ms} ms after the key.")
            self.facts.setText(said.format(ms=round(receipt.start_gap_ms)))
        else:
            self.facts.setText("")
        self.facts.setVisible(bool(self.facts.text()))

    def _reveal(self, shown: bool) -> None:  # noqa: FBT001 - the signature of `toggled`
        self.words.setText(self._text if shown else "")
        self.words.setVisible(shown and bool(self._text))
        self.reveal.setText(self.tr("Hide words") if shown else self.tr("Show words"))

    def _copy(self) -> None:
        self.copy_asked.emit(self._text)
