"""Chains at work: who may do what with a document now, and the one door through which it moves."""
