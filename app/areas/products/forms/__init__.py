"""The forms of 产品与指标 (chapter 4): one module each."""
