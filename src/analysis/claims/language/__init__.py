"""The language of statements: what one asserts, read into a tree and worked out from the figures; nothing is run as code."""
