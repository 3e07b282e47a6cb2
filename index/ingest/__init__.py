"""From files to passages, above any store.

`sync` mirrors folders (`roots`): it walks them once (`survey`, `walk`) by their rules (`rules`),
loads what is new or changed (`opened_file`, `worker`: risky files in a process of their own), and
hands documents to a store's writer, which cuts and embeds them (`cutting`). What it must remember
of the files is the store's to keep (`file_sources`); what it must remember of one run is kept in a
temporary database (`spool`).
"""
