"""Readers: from passages to the words that answer."""
