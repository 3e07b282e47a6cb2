"""Question to hits to read spans to cited answer.

`Engine.open(path)` is the documented way in. Two arms (dense and lexical) find passages under the
same filter, fusion ranks them, a `Reader` finds the words, and `citation.cite` checks every quote
against the stored text before it may leave.
"""
