"""人工调查 (chapter 6)."""
