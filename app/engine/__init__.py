"""Declaring forms and registers: typed SQLAlchemy classes in, frozen specs out. Knows no particular form and no screen."""
