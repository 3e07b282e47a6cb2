"""One sentence: its tokens, tagged once, its quotations, noun phrases and subjects."""
