"""An index in a Milvus server, behind the `Store` protocol: `milvus://host:19530/name`.

Two collections make one index:

    NAME          a row a passage: its vector, its words, the generations that it lives in
    NAME_record   documents, the record of files, what no column holds, and one row a commit

`address` reads the URL, `client` is the only way to the server and the only importer of pymilvus,
`schema` has the collections, `packing` and `rows` turn our objects into rows and back, and `facts`
turns filters into Milvus's expressions.

A generation is a number that rows carry: a passage or document is visible in the generations from
`born` up to, not including, `died`. A write (`writer`) inserts rows born in a generation that is
not there yet and marks those that go as dying in it; one more row, the commit, makes all of it
visible at once. What a write that was cut off left behind belongs to a generation that nobody asks
for, and the next write takes it out. `claim` keeps a second writer away.

A reader (`snapshot`) looks for the newest commit at Milvus's strong consistency; from then on it
asks at the timestamp that the commit names, which waits for nothing. What died is deleted once
nobody can be reading it any more.

Vectors are searched by the server (`vectors`). So are words where the server scores BM25 by itself
(`server_terms`, Milvus 2.5 and later); for older ones each machine that asks keeps a copy of the
terms in its cache folder, brought up to date by what changed (`local_terms`). The lines that many
documents share are counted in the same way, on any server (`local_lines`).
"""
