"""Check, build and query Data Packages: Frictionless describes, Pandera checks, DuckDB relates."""

__version__ = "0.1.0"
