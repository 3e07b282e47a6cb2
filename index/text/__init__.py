"""Text as it stands in the source: its encoding, its sentences, and where a span is.

    bytes --encoding.decode--> Document.text --sentences.sentences--> [Span]
                                             --positions.Positions--> UTF-16, UTF-8, line, column
                                             --digest.text_digest--> Document.sha256

Nothing here changes a text. Offsets are code points throughout.
"""
