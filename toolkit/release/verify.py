"""Verify a release: is it whole, unchanged, valid, and the same in every format?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.checks import LIMIT, checked_database
from toolkit.findings import Collector, Finding, Report, RuleResult, builtin_rule, builtin_rules
from toolkit.package import Package
from toolkit.package.archive import NotUnpacked, open_archive
from toolkit.release.apart import format_findings
from toolkit.release.archive import CHECKSUMS
from toolkit.release.build import required_files
from toolkit.release.inventory import Inventory, checksum_findings, differences, take_inventory
from toolkit.tables import silent


def verify_release(
    path: Path, *, limit: int = LIMIT, progress: Callable[[str], None] = silent
) -> Report:
    """Verify the release at ``path``, its folder or its zip, and report.

    The report is that of the validation of its content with the findings of the rules for releases
    (V) added. A zip of the same name beside the folder must hold the same files. Of each kind of
    finding the first ``limit`` are kept, all if it is 0; ``progress`` is told each step. Faults of
    the release are findings; NotUnpacked is raised for a zip that cannot be unpacked safely, and
    OSError where ``path`` cannot be read.
    """
    path = path.resolve(strict=True)
    if path.is_dir():
        return _verify(path, limit, progress)
    progress("unpacking the zip")
    with open_archive(path) as folder:
        return _verify(folder, limit, progress)


def _verify(folder: Path, limit: int, progress: Callable[[str], None]) -> Report:
    inventory = take_inventory(folder)
    found = Collector(limit)
    if inventory.odd:
        # A link could lead any of the libraries that follow to a file outside of the release.
        found.extend(inventory.odd)
        return _with(Report(folder.name, ""), found, len(inventory.files))
    progress("comparing checksums")
    found.extend(checksum_findings(inventory))
    found.extend(_archive_findings(inventory))
    with checked_database(folder, limit=limit, progress=progress) as (database, report):
        package = database.package
    found.extend(_descriptor_findings(package, inventory))
    progress("comparing the formats with the CSV files")
    found.extend(format_findings(folder, package.name))
    return _with(report, found, len(inventory.files))


def _with(report: Report, found: Collector, files: int) -> Report:
    """Return the report of a validation with what was found of the release added."""
    groups = [*report.groups, *found.groups(lambda findings: findings)]
    groups.sort(key=lambda group: group.findings[0].order)
    counts: Counter[str] = Counter()
    for group in groups:
        counts[group.rule] += group.count
    rules = [rule for rule in builtin_rules().values() if rule.code.startswith("V")]
    results = [RuleResult(rule, files, counts[rule.code]) for rule in rules]
    return replace(report, groups=tuple(groups), results=(*report.results, *results))


def _descriptor_findings(package: Package, inventory: Inventory) -> Iterator[Finding]:
    """Hold the names and the files of a release against its descriptor: V001, V007, V011."""
    descriptor = package.relative(package.descriptor_path)
    name = f"{package.name}-{package.version}"
    if inventory.folder.name != name:
        message = f"the folder is called {inventory.folder.name}, by name and version {name}"
        yield builtin_rule("V001").finding(descriptor, message)
    # Whether there are checksums has been looked at, and formats are read.
    for required in required_files(package):
        if required not in inventory.files and required != CHECKSUMS:
            message = "every release has this file, and it is not there"
            yield builtin_rule("V007").finding(required, message)
    for resource in package.resources:
        stated = resource.descriptor
        if missing := [one for one in ("bytes", "hash", "rows") if one not in stated]:
            if len(resource.paths) > 1:
                # The standard does not say what the size and hash of several files are.
                continue
            message = f"{' and '.join(missing)} of {resource.name} not stated"
            yield builtin_rule("V011").finding(descriptor, message, table=resource.name)


def _archive_findings(inventory: Inventory) -> Iterator[Finding]:
    """Hold the zip of the same name beside the folder, if there is one, against it: V010."""
    path = inventory.folder.with_name(f"{inventory.folder.name}.zip")
    if not path.exists():
        return
    rule = builtin_rule("V010")
    try:
        with open_archive(path) as folder:
            if folder.name != inventory.folder.name:
                yield rule.finding(path.name, f"holds no folder {inventory.folder.name}")
                return
            for name, how in differences(inventory, take_inventory(folder)):
                yield rule.finding(name, f"{how} {path.name}")
    except NotUnpacked as error:
        yield rule.finding(path.name, str(error))
