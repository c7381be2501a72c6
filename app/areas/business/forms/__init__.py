"""The forms of 业务办理 (chapter 5): one module each."""
