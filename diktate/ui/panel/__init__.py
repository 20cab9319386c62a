"""The live panel: what the app is doing and what the last dictation cost."""
