"""What speaks against a workbook before anything reads its values: its package, its sheets, cells far off, formulas."""
