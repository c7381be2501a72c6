"""系统维护 (chapter 10)."""
