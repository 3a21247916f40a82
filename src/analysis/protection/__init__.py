"""Protection: which figures are withheld from an audience so that nobody can be found in them, proven family by family."""

from analysis.protection.family import ProtectionError
from analysis.protection.held import for_audience
from analysis.protection.protect import Protected, protected

__all__ = ["Protected", "ProtectionError", "for_audience", "protected"]
