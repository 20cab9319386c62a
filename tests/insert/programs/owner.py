"""A program that holds the clipboard: `owner.py MIME FILE [MIME FILE ...]`; prints a line when it has it."""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

app = QApplication([])
content = QMimeData()
for mime, path in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    content.setData(mime, Path(path).read_bytes())
app.clipboard().setMimeData(content)
app.clipboard().ownsClipboard()
print("mine", flush=True)  # noqa: T201 - how a child says it is ready
app.exec()
