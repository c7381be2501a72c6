"""增值服务 (chapter 7)."""
