"""The forms of 增值服务 (chapter 7): one module each."""
