"""异议处理 (chapter 12)."""
