"""基础数据库: the records of delivered files as they came, checked, each with file and row (article 18)."""
