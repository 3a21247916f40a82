"""The quarterly pack: which reports it holds, how they are run, turned into pages, checked and published."""
