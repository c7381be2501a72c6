"""What every form has: numbers, digests, values read and checked, attachments, links, search."""
