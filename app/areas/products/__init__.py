"""产品与指标 (chapter 4)."""
