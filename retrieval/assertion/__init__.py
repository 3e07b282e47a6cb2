"""Whether a document asserts what an answer would say: polarity, read by clause.

    sentence --tokens--> [Cue with its scope] --answer, question--> Assertion

A cue (*not*, *denied*, *planned to*) has a scope, the tokens that it bears on. An answer is under a
cue where it stands in the scope, or where the question's own words for the deed do. A question
that asks for just that (Who denied it? Where was it planned?) finds it affirmed. Rules over a
closed vocabulary, no model. Cue and scope are the terms of Morante and Daelemans, "ConanDoyle-neg"
(LREC 2012).
"""

from retrieval.assertion.polarity import Assertion, read_assertion

__all__ = ["Assertion", "read_assertion"]
