"""Disclosure: who may see what, which figures are withheld for it, what a reader could still work out, and what may leave."""
