"""The forms of 系统维护 (chapter 10): one module each."""
