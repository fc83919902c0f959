"""Check, build and query Data Packages: Frictionless describes, Pandera checks, DuckDB relates.

From Python, a package is validated as the command line does it:

    from toolkit import validate

    report = validate("path/to/package")
    if not report.ok:
        for finding in report.findings:
            print(finding.file, finding.line, finding.message)

`report.to_dicts()` and `report.to_polars()` return the findings as data.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from toolkit.checks import validate
    from toolkit.findings import Finding, Report
else:

    def __getattr__(name: str) -> object:
        """Import what is asked for: ``import toolkit`` itself loads nothing heavy."""
        from importlib import import_module

        homes = {"validate": "checks", "Finding": "findings", "Report": "findings"}
        if name not in homes:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"toolkit.{homes[name]}"), name)


__all__ = ["Finding", "Report", "__version__", "validate"]
