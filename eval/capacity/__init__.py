"""What an index of a given size takes: machines, memory, disk, hours and money.

    python -m eval.capacity                     print docs/capacity.md
    python -m eval.capacity measure CORPUS…     measure the rates anew, into rates.json

`measure` takes the rates on this machine, `rates` keeps them beside what is assumed, `plan` reckons
with them, and `page` says it in Markdown.
"""
