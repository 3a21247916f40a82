"""Protection: which figures are withheld from an audience so that nobody can be found in them, proven family by family."""

from analysis.disclosure.protection.family import ProtectionError
from analysis.disclosure.protection.protected_store import for_audience
from analysis.disclosure.protection.withholding import Protected, protected

__all__ = ["Protected", "ProtectionError", "for_audience", "protected"]
