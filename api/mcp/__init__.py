"""The Model Context Protocol: Excerpt's answers as tools for assistants, over stdin and stdout.

`tools.py` says what the tools take, give and do; `server.py` serves them. What goes in and out is
that of the command line and HTTP (`api.models`, `api.schemas`), errors included.
"""
