"""The quarterly pack: which reports it holds, how they are run, turned into pages, checked and published."""

import sys

# nbformat imports jsonschema, which builds a grammar of international addresses wherever it finds this package: one and a half
# seconds of every run, for a format that no notebook has. Where the package isn't found, jsonschema goes without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
