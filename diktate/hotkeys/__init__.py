"""Keys that work in every window, down and up."""
