"""The forms of 机构 (chapter 8): one module each."""
