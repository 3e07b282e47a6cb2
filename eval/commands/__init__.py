"""The commands of `excerpt-eval`, one a file."""
