"""Settings for a corpus, chosen so that the gain is real (`excerpt-eval tune`)."""
