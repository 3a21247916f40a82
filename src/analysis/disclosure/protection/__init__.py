"""Withholds figures from an audience so that no person can be found in them, and proves it for each family of linked figures."""

from analysis.disclosure.protection.family import ProtectionError
from analysis.disclosure.protection.protected_store import for_audience
from analysis.disclosure.protection.withholding import Protected, protected

__all__ = ["Protected", "ProtectionError", "for_audience", "protected"]
