"""The settings: a table of rows, the file they are kept in, and the keyring for API keys."""
