"""The edge: login by default, page context, errors in words, headers, compression, filters."""
