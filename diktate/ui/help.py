"""The help window: the pages of `resources/help`, opened by topic."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from diktate.paths import resources

TOPICS = ("getting-started", "keys", "troubleshooting")
"""The names of the files, in the order of the list."""
SIDE_PX, LINE_PERCENT = 192, 140


class HelpWindow(QWidget):
    """Topics at the left, the page at the right. Pages link to each other as `keys.md`."""

    report_asked = Signal()
    """The crash report is wanted on the clipboard."""

    def __init__(self, parent: QWidget | None = None, folder: Path | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("diktate · Help"))
        self.resize(784, 592)
        self._folder = folder or resources() / "help"
        self.topics = QListWidget()
        self.topics.setProperty("role", "pages")
        self.topics.setAccessibleName(self.tr("Topics"))
        self.topics.setWordWrap(True)
        self.topics.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page = QTextBrowser()
        self.page.setAccessibleName(self.tr("Help page"))
        self.page.setOpenLinks(False)  # a page names its neighbours; nothing leads out to the network
        self.page.anchorClicked.connect(self._follow)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.report = QPushButton(self.tr("Copy report"))
        self.report.setToolTip(self.tr("What diktate was doing when it closed unexpectedly; none of your words."))
        self.report.clicked.connect(self.report_asked)
        self.report.hide()
        for topic in TOPICS:
            self.topics.addItem(QListWidgetItem(_heading(self._text(topic))))
        self.topics.currentRowChanged.connect(self._show)
        self._lay_out()
        self.open_topic(TOPICS[0])

    def open_topic(self, topic: str) -> None:
        """Turn to a page; an unknown topic is the first."""
        self.topics.setCurrentRow(TOPICS.index(topic) if topic in TOPICS else 0)

    def offer_report(self) -> None:
        """Show the button for the report of a crash."""
        self.report.show()

    def _show(self, row: int) -> None:
        self.page.setMarkdown(self._text(TOPICS[row]))
        self._space_lines()

    def _space_lines(self) -> None:
        """Give the lines air: Markdown brings none."""
        block = self.page.document().begin()
        while block.isValid():
            heading = block.blockFormat().headingLevel() > 0
            spaced = QTextBlockFormat()
            spaced.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            spaced.setTopMargin(16 if heading and block.position() else 0)
            spaced.setBottomMargin(4 if block.textList() else 8)
            QTextCursor(block).mergeBlockFormat(spaced)
            block = block.next()

    def _follow(self, link: QUrl) -> None:
        self.open_topic(Path(link.path()).stem)

    def _text(self, topic: str) -> str:
        try:
            return (self._folder / f"{topic}.md").read_text(encoding="utf-8")
        except OSError:
            return self.tr("# Not here\n\nThis page is missing from your installation.")

    def _lay_out(self) -> None:
        side = QFrame()
        side.setProperty("role", "side")
        side.setFixedWidth(SIDE_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 16, 8, 8)
        column.addWidget(self.topics)
        column.addWidget(self.report)
        body = QVBoxLayout()
        body.setContentsMargins(16, 16, 16, 16)
        body.addWidget(self.page)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(side)
        across.addLayout(body, 1)


def _heading(text: str) -> str:
    return text.partition("\n")[0].lstrip("# ").strip()
