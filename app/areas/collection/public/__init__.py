"""Public channels (公开渠道): the day's uniform workbook becomes form 4, the month's lists form 5 and S1 (article 16.2)."""
