"""The speed figures, measured now: ``python -m benchmarks``."""
