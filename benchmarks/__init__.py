"""Synthetic data packages with known faults, and how fast and how exactly tools find these."""
