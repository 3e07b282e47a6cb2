"""What is found for a question: the two arms, their fusion, near-identical passages."""
