"""The `excerpt` command, one file a command.

A command imports what it needs when it runs, so that `excerpt --help` and a cold `excerpt ask`
stay fast. `main.py` lists the commands, `running.py` turns errors into exit codes, `output.py`
and `rendering.py` write for people, `api.schemas` for programs.
"""
