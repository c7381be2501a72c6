"""机构 (chapter 8)."""
