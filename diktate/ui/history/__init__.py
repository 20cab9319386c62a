"""The window of past dictations."""
