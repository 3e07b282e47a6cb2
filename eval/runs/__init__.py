"""Saved runs: carried out, loaded, compared and checked.

record.py      what a run is on disk
driver.py      carries a plan out, in order, resumable
statistics.py  intervals and paired tests over questions
comparison.py  two runs, question by question
check.py       a run against a baseline
"""
