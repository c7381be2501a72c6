"""The company's work: one package a chapter of the procedure."""
