"""Ways in: the `excerpt` command line and the HTTP endpoints. Both speak the same JSON."""
