"""Writes as jobs: accepted at once, done in order by one process, followed and cancelled.

    upload_names safe paths for what clients call their files
    uploads      the folder beside the index (`INDEX.uploads/`) where uploaded files are kept
    types        a job, what it does, how far it is, what came of it
    ledger       the record of jobs, in SQLite under `INDEX.uploads/.jobs/`; outlives the server
    sync_process the process that syncs; another one, so that queries go on and a file may crash it
    runner       takes jobs from the ledger, puts their files in place and has the worker sync them
    desk         what the endpoints use: accepts, looks up, cancels

Uploaded files are ordinary files of an ordinary root: `excerpt index` with no path syncs them too,
and a sync of other roots leaves them alone. Any number of servers may accept jobs for one index;
the one that holds `runner.lock` does them. A job that was at work when its server ended is done
again by the next: each step may be repeated.
"""
