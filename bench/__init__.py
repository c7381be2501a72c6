"""Measurements: `python -m bench NAME [--rows N]`. Each prints a table with ratios to a floor measured in the same run."""
