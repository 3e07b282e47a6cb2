"""The evaluation harness: data sets, measures, runs and reports (`excerpt-eval`)."""
