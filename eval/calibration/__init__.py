"""The parts of the calibrator: samples of readings, the fit, and its reliability table."""
