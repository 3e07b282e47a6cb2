"""The `excerpt` command, one file a command.

A command imports what it needs when it runs, so that `excerpt --help` and a cold `excerpt ask`
stay fast. `main.py` lists the commands, `run_command.py` turns errors into exit codes, `output.py`
and `terminal.py` write for people, `api.schemas` for programs.
"""
