"""The speech process, from outside and from inside."""
