"""A window with a QPlainTextEdit: `qt_target.py TITLE FILE`; what it holds goes to FILE at each change."""

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPlainTextEdit

app = QApplication([])
edit = QPlainTextEdit()
edit.setWindowTitle(sys.argv[1])
edit.textChanged.connect(lambda: Path(sys.argv[2]).write_text(edit.toPlainText(), encoding="utf-8"))
edit.show()
app.exec()
