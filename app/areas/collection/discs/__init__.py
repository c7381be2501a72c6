"""Discs (光盘): sealed packages of original files with their safe records, and the proof that they still match (16.1.1.5)."""
