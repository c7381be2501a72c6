"""The forms of 数据获取与加工 (chapter 3): one module each."""
