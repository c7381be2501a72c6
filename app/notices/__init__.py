"""Notices (通知, article 106): to everybody, departments, positions or people; unread, read, and who has read them."""
