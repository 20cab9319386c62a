"""A program that holds the clipboard: `owner MIME FILE [MIME FILE ...]`."""

import sys
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

app = QApplication([])
content = QMimeData()
for mime, path in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    content.setData(mime, Path(path).read_bytes())
app.clipboard().setMimeData(content)
app.exec()
