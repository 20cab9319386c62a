from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from diktate.paths import resources
from diktate.ui.help import TOPICS, HelpWindow


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_opens_its_page(qtbot: QtBot, topic: str) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)

    window.open_topic(topic)

    heading = window.topics.currentItem().text()
    assert window.page.toPlainText().startswith(heading)
    assert len(window.page.toPlainText()) > 300


def test_an_unknown_topic_is_the_first_page(qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)

    window.open_topic("zebra")

    assert window.topics.currentRow() == 0


def test_a_link_turns_to_the_other_page(qtbot: QtBot) -> None:
    window = HelpWindow()
    qtbot.addWidget(window)

    window.page.anchorClicked.emit(QUrl("troubleshooting.md"))

    assert window.topics.currentRow() == TOPICS.index("troubleshooting")


def test_every_link_leads_to_a_topic() -> None:
    for topic in TOPICS:
        text = (resources() / "help" / f"{topic}.md").read_text(encoding="utf-8")
        assert {link.removesuffix(".md") for link in re.findall(r"\]\(([^)]+)\)", text)} <= set(TOPICS)


def test_a_missing_page_is_said_and_not_a_crash(qtbot: QtBot, tmp_path: Path) -> None:
    window = HelpWindow(folder=tmp_path)
    qtbot.addWidget(window)

    assert "missing" in window.page.toPlainText()
