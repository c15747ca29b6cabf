"""The live channel: sockets carry news out, words come in by POST; truth is in the database."""
