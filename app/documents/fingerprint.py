"""The digest of a document that is not written yet: what `digest_of` finds once it is. A test holds the two together."""

import hashlib
import json

Keys = dict[str, str]
"""Fields by name, as the text that they are keyed by."""


def fingerprint(number: str, fields: Keys, lines: dict[str, list[Keys]]) -> str:
    """SHA-256 over number, fields and lines of a new document, which has no attachments."""
    content = {"number": number, "fields": fields, "lines": lines, "attachments": []}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
