"""What one sentence reports: who says it, by which cue, and which of its words are theirs."""
