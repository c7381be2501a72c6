"""The forms of 异议处理 (chapter 12): one module each."""
