"""Registers change by one door: a confirmed form changes a row, and every row knows the forms that made it what it is."""
