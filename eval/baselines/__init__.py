"""What was last accepted (`*.json`, for `excerpt-eval check`), and the tables of docs/figures.md.

`make baselines` writes those tables.
"""
