"""The room of words: threads, entries and the gate, the only door through which words come in."""
