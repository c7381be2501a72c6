"""Entry by hand (人工录入): keyed by one, read against the original by another, row by row (article 16.1.3)."""
