"""Who said it: whether a sentence is the document's own statement, or whose words it reports.

    text --syntax--> Sentence --reports--> [Report] --discourse--> Attribution

Rules over closed tables of words, no model. Imports go one way, down this list:

    attribute, asked, wording   the answer; whom a question asks about; an attribution in words
    discourse/                  turns, quotations over sentences and paragraphs, names, pronouns
    reports/                    verbs, nouns, `according to`, colons: who says what in a sentence
    syntax/                     tokens with their classes, quotations, noun phrases, subjects
    vocabulary/                 the tables, and the classes that they give each word

Direct speech, indirect speech and `according to` are the three kinds of Pareti, "PARC 3.0: A
Corpus of Attribution Relations" (LREC 2016), whose words source, cue and content we follow.
"""

from retrieval.attribution.asked import asked_speaker, asks_for_speaker, speaker_matches
from retrieval.attribution.attribute import attribute
from retrieval.attribution.description import describe, describe_speaker

__all__ = [
    "asked_speaker",
    "asks_for_speaker",
    "attribute",
    "describe",
    "describe_speaker",
    "speaker_matches",
]
