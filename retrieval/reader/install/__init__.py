"""Makes the larger reader from installed packages at its first use; needs the extra `best`."""
