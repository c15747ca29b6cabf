"""Uploads: type by content, re-encoding, quotas, a storage port."""
