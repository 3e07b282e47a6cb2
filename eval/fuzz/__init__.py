"""Damaged and hostile files for every loader, made at random from small good ones.

    samples (one good file a format) -> mutations -> child (loads them, watched) -> report

A loader may refuse what it is given; it may not raise anything else, take longer than its limit,
end its process, return spans that lie outside its text, or reach for files, programs or the
network. Each input is known by its seed and number, and can be made again.

    python -m eval.fuzz --seconds 60 [--format NAME] [--seed N] [--keep FOLDER]
"""
