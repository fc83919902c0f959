"""Quotations held against copies of the texts from which they are taken."""

from toolkit.quotations.normal import normalise, sha256
from toolkit.quotations.verify import NoQuotations, Verification, verify_quotations

__all__ = ["NoQuotations", "Verification", "normalise", "sha256", "verify_quotations"]
