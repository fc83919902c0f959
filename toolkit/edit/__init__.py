"""Changing the files of a package: what is written keeps what every other cell says."""
