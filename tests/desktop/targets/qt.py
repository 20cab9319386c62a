"""A Qt window with a plain text editor: `qt TITLE FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QPlainTextEdit

from tests.desktop.targets.kept import keep


def main(title: str, file: Path) -> int:
    app = QApplication(sys.argv[:1])
    editor = QPlainTextEdit()
    editor.setWindowTitle(title)
    editor.resize(420, 200)
    editor.move(300, 120)
    editor.textChanged.connect(lambda: keep(file, editor.toPlainText()))
    keep(file, "")
    editor.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
