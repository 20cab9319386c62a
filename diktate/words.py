"""Marks a sentence that people read, so that it can be found for translation; no Qt here."""


def N_(sentence: str) -> str:  # noqa: N802 - gettext's name for "marked, translated later"
    """Give the sentence back as it is; only `ui` and `cli` translate, when showing it."""
    return sentence
