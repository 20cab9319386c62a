from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from diktate.settings.schema import Row, Settings, Value, rows
from diktate.ui.settings.editors import Choice, Fraction, Items, Line, Sourced, Switch, WholeNumber
from diktate.ui.settings.window import SettingsWindow

EVERY_ROW = pytest.mark.parametrize("row", rows().values(), ids=lambda row: row.key)


@pytest.fixture
def window(qtbot: QtBot) -> SettingsWindow:
    made = SettingsWindow()
    qtbot.addWidget(made)
    made.show_settings(Settings())
    return made


def _change(window: SettingsWindow, row: Row) -> Value:
    """Change a setting as a person does, and give what it should have become."""
    editor = window.fields[row.key].editor
    match editor:
        case Switch():
            editor.click()
            return not row.default
        case WholeNumber() | Fraction():
            step = -1 if row.default == row.high else 1
            editor.stepBy(step)
            assert isinstance(row.default, (int, float))
            return row.default + step * editor.singleStep()
        case Choice():
            QTest.keyClick(editor, Qt.Key.Key_Down)
            return row.choices[[value for value, _words in row.choices].index(str(row.default)) + 1][0]
        case Sourced():
            line = editor.lineEdit()
            assert line is not None
            line.setText("something typed")
            QTest.keyClick(line, Qt.Key.Key_Return)
            return "something typed"
        case Line():
            editor.setText("something typed")
            QTest.keyClick(editor, Qt.Key.Key_Return)
            return "something typed"
        case Items():
            editor.setText("ctrl+alt+x , f8")
            QTest.keyClick(editor, Qt.Key.Key_Return)
            return ("ctrl+alt+x", "f8")


@EVERY_ROW
def test_a_change_of_every_row_says_its_key_and_a_value_it_accepts(window: SettingsWindow, row: Row) -> None:
    said: list[tuple[str, object]] = []
    window.changed.connect(lambda key, value: said.append((key, value)))

    wanted = _change(window, row)

    assert said == [(row.key, wanted)]
    assert row.check(said[0][1]) == wanted
    assert type(row.check(said[0][1])) is type(row.default)


@EVERY_ROW
def test_showing_values_is_not_a_change(window: SettingsWindow, row: Row, qtbot: QtBot) -> None:
    other = _another(row)

    with qtbot.assertNotEmitted(window.changed):
        window.show_settings(Settings().with_value(row.key, other))
        window.show_settings(Settings())


@EVERY_ROW
def test_a_changed_value_can_be_reset(window: SettingsWindow, row: Row, qtbot: QtBot) -> None:
    field = window.fields[row.key]
    assert field.back.isHidden()

    window.show_settings(Settings().with_value(row.key, _another(row)))
    assert not field.back.isHidden()
    with qtbot.waitSignal(window.reset) as asked:
        field.back.click()

    assert asked.args == [row.key]


@EVERY_ROW
def test_every_row_has_its_words_and_its_label_leads_to_its_control(window: SettingsWindow, row: Row) -> None:
    field = window.fields[row.key]

    assert field.label.text() == row.title
    assert field.label.buddy() is field.editor
    assert field.editor.accessibleName() == row.title
    assert field.note.text() == row.note


def test_an_error_stands_beside_its_field_until_the_value_changes(window: SettingsWindow) -> None:
    field = window.fields["stt.language"]

    window.refuse("stt.language", "There is no such language.")
    said, marked = field.error.text(), field.editor.property("bad")
    assert not field.error.isHidden()
    _change(window, field.row)

    assert "There is no such language." in said
    assert marked == "true"
    assert field.error.isHidden()
    assert field.editor.property("bad") == "false"


def test_an_error_leaves_other_fields_alone(window: SettingsWindow) -> None:
    window.refuse("stt.language", "There is no such language.")

    assert [key for key, field in window.fields.items() if not field.error.isHidden()] == ["stt.language"]


def test_offered_lists_show_words_and_give_values(window: SettingsWindow) -> None:
    said: list[object] = []
    window.changed.connect(lambda _key, value: said.append(value))
    editor = window.fields["audio.device"].editor
    assert isinstance(editor, Sourced)

    window.offer("microphones", [("", "The system's own"), ("alsa:2", "Blue Yeti")])
    words_before = editor.currentText()
    QTest.keyClick(editor, Qt.Key.Key_Down)

    assert words_before == "The system's own"
    assert editor.currentText() == "Blue Yeti"
    assert said == ["alsa:2"]


def test_a_value_that_is_not_offered_stays(window: SettingsWindow, qtbot: QtBot) -> None:
    window.show_settings(Settings().with_value("audio.device", "unplugged"))

    with qtbot.assertNotEmitted(window.changed):
        window.offer("microphones", [("", "The system's own")])

    editor = window.fields["audio.device"].editor
    assert isinstance(editor, Sourced)
    assert editor.currentText() == "unplugged"


def test_the_search_finds_rows_of_all_pages(window: SettingsWindow) -> None:
    window.search.setText("keep")

    shown = {key for key, field in window.fields.items() if field.isVisibleTo(window)}
    assert {"audio.keep_days", "history.keep_days"} <= shown
    assert "insert.then" not in shown
    assert window.nothing.isHidden()


def test_the_search_knows_the_words_of_choices(window: SettingsWindow) -> None:
    window.search.setText("graphics CARD")

    assert [key for key, field in window.fields.items() if field.isVisibleTo(window)] == ["stt.device"]


def test_a_search_for_nothing_known_says_so(window: SettingsWindow) -> None:
    window.search.setText("zebra")

    assert "zebra" in window.nothing.text()
    assert window.nothing.isVisibleTo(window)
    window.search.clear()
    assert not window.nothing.isVisibleTo(window)
    assert window.sections[0].isVisibleTo(window)


def test_pages_show_their_own_rows(window: SettingsWindow) -> None:
    for section in window.sections:
        window.go_to(section.page)

        shown = {field.row.page for field in window.fields.values() if field.isVisibleTo(window)}
        assert shown == {section.page}


def test_a_page_ends_a_search(window: SettingsWindow) -> None:
    window.search.setText("keep")

    window.go_to("Sound")

    assert window.search.text() == ""
    assert window.fields["audio.device"].isVisibleTo(window)
    assert not window.fields["history.keep_days"].isVisibleTo(window)


def test_scrolling_over_a_number_changes_nothing(window: SettingsWindow, qtbot: QtBot) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    window.go_to("Sound")
    editor = window.fields["audio.longest_s"].editor
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(editor.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    with qtbot.assertNotEmitted(window.changed):
        editor.wheelEvent(wheel)

    assert not wheel.isAccepted()


def _another(row: Row) -> Value:
    match row.kind:
        case "switch":
            return not row.default
        case "number":
            assert isinstance(row.default, (int, float))
            return row.default - 1 if row.default == row.high else row.default + 1
        case "choice":
            return next(value for value, _words in row.choices if value != row.default)
        case "list":
            return ("f7",)
        case "text":
            return "another"
