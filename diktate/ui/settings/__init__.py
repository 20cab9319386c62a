"""The settings window, drawn from the table of settings."""
