"""业务办理 (chapter 5)."""
