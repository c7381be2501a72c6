"""Sight of collection: what providers agreed against what they delivered, and the way of each batch (articles 14, 16–20)."""
