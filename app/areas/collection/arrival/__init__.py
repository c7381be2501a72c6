"""Arrival (到件): what providers bring to the front-end machine (前置机), by drop folder or upload screen (article 16.1.1.3)."""
