"""Who said it: whether a sentence is the document's own statement, or whose words it reports.

    sentence --tokens, quotes--> Sentence --cues, sources--> [Report] --attribute--> Attribution
                                             |
                  usage (noun? passive?)  complements (clause? quotation?)
                  subjects (whose verb is it?)  people (can it speak?)

Rules over a closed lexicon, no model: `lexicon` and `words` are the vocabulary, `phrases` and
`subjects` find the speaker, `trailing` what was said before one, `turns` one before a colon,
`context` follows quotations over sentences, `paragraphs` over paragraphs, `names` completes
surnames, `pronouns` finds whom he or she is, `speaking` sees an answer that is itself the speaker,
`asked` reads whom a question asks about, `wording` puts it in words.

Direct speech, indirect speech and `according to` are the three kinds of Pareti, "PARC 3.0: A
Corpus of Attribution Relations" (LREC 2016), whose words source, cue and content we follow.
"""

from retrieval.attribution.asked import asked_speaker, asks_for_speaker, speaker_matches
from retrieval.attribution.attribute import attribute
from retrieval.attribution.wording import describe, describe_speaker

__all__ = [
    "asked_speaker",
    "asks_for_speaker",
    "attribute",
    "describe",
    "describe_speaker",
    "speaker_matches",
]
