"""Putting the words into the window that has the focus."""
