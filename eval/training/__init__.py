"""The parts of the reader's trainer: rows, encoding, negatives, mixture, loop and checkpoints."""
