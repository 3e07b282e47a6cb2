"""Whose words they are beyond one sentence: turns, quotations that run on, names, pronouns."""
