"""How fast, how light: one benchmark a file, each printing its figures and their targets.

    ingest   indexing against the peers, in wordpieces embedded a second
    search   query latency against the peers
    cold     a whole `excerpt ask` process against importing sentence-transformers
    sync     indexing again with nothing changed
    add      one document added, until it is found
    memory   anonymous memory while indexing many short documents
    overhead measuring answers against asking alone
    ask      answering with the trained reader against the same network in PyTorch
    serve    the HTTP server at 1, 8, 64 and 256 clients
    soak     its memory over 100,000 requests of every kind (only when named)
    uploads  documents that come in over HTTP while it is asked (`eval.bench.bench_uploads`)
    scale    one index as it grows: latency, recall, filters, small changes, bytes (only when named)

`python -m eval.bench --data IR_DIR` runs them all on the retrieval sets in a folder. Run it on an
idle machine: the targets are ratios of two sides measured in turn, and still need one.
"""
