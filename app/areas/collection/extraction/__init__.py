"""Extraction (提取): deliveries are decrypted and unpacked under a witness, and become original files (article 16.1.1.4)."""
