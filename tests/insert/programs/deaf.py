"""A window that takes the focus and ignores all keys: `deaf TITLE`."""

import sys

from PySide6.QtWidgets import QApplication, QWidget

app = QApplication([])
window = QWidget()
window.setWindowTitle(sys.argv[1])
window.show()
app.exec()
