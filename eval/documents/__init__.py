"""Questions over real documents, asked openly: `python -m eval.documents fetch|ask`."""
