"""The forms of 人工调查 (chapter 6): one module each."""
