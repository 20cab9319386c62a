"""Microphone, spool file, voice detection, cutting."""
