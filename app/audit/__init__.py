"""The record (审计日志): what everybody did, append-only and chained by hash, written with what it tells of."""
