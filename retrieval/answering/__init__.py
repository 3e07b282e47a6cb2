"""What may be said: the question as understood, the pipeline, citations, the verdict."""
