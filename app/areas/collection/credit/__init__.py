"""征信数据库: enterprises and the credit facts about them, each with its origin (article 19)."""
