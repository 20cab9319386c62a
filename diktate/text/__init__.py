"""Rules that turn words as heard into words as written."""
