"""A report as JUnit XML, as Jenkins and GitLab read it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from toolkit.findings import Group, Report, Severity, escape

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def render_junit(report: Report, *, limit: int = 10) -> str:
    """Return a suite for each table and one for the package, with a test case for each rule.

    A rule that a table breaks stands in the suite of the table, every other one in that of the
    package. Only errors are failures; what else was found is the output of a passed case. Of each
    kind (rule, file and column) the first ``limit`` findings are quoted; 0 quotes all.
    """
    broken: dict[str | None, dict[str, list[Group]]] = {None: {}}
    for group in report.groups:
        broken.setdefault(group.table, {}).setdefault(group.rule, []).append(group)
    write = _Cases(report, limit)
    package = escape(report.package) or "package"
    here = broken.pop(None)
    elsewhere = {code for groups in broken.values() for code in groups}
    quiet: dict[str, list[Group]] = {code: [] for code in write.results if code not in elsewhere}
    suites = [_suite(package, write.cases(package, {**quiet, **here}))]
    for table in report.tables:
        name = f"{package}.{escape(table)}"
        # Readers of JUnit take a suite without cases for one that was not run.
        found = broken.get(table) or {"all rules": []}
        suites.append(_suite(name, write.cases(name, found)))
    root = ElementTree.Element("testsuites", {"name": package, **_counts(suites)})
    root.extend(suites)
    ElementTree.indent(root)
    return _DECLARATION + ElementTree.tostring(root, encoding="unicode") + "\n"


class _Cases:
    """Writes test cases: what was found, or why a rule did not run."""

    def __init__(self, report: Report, limit: int) -> None:
        self.results = {result.rule.code: result for result in report.results}
        self._limit = limit

    def cases(self, suite: str, broken: dict[str, list[Group]]) -> list[ElementTree.Element]:
        """Return a case for each rule, given the groups that break it."""
        return [self._case(suite, code, groups) for code, groups in broken.items()]

    def _case(self, suite: str, code: str, groups: list[Group]) -> ElementTree.Element:
        result = self.results.get(code)
        name = f"{code} {escape(result.rule.name)}" if result else code
        case = ElementTree.Element("testcase", classname=suite, name=name)
        if groups:
            case.set("file", escape(groups[0].file))
            if any(group.severity == Severity.ERROR for group in groups):
                total = sum(group.count for group in groups)
                message = f"{total:,} found: {escape(groups[0].findings[0].message)}"
                found = ElementTree.SubElement(case, "failure", type="error", message=message)
            else:
                found = ElementTree.SubElement(case, "system-out")
            found.text = "\n".join(line for group in groups for line in self._lines(group))
        elif result and result.skipped:
            ElementTree.SubElement(case, "skipped", message=escape(result.skipped))
        return case

    def _lines(self, group: Group) -> Iterator[str]:
        quoted = group.findings[: self._limit or None]
        for one in quoted:
            where = ", ".join(text for text in (one.key and f"row {one.key}", one.column) if text)
            head = f"{one.place}: {one.severity} {one.rule}"
            yield escape(f"{head}  {where}" if where else head) + f"  {escape(one.message)}"
        if more := group.count - len(quoted):
            yield f"… and {more:,} more of {group.rule} there"


def _suite(name: str, cases: list[ElementTree.Element]) -> ElementTree.Element:
    def number(kind: str) -> str:
        return str(sum(case.find(kind) is not None for case in cases))

    suite = ElementTree.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=number("failure"),
        errors="0",
        skipped=number("skipped"),
    )
    suite.extend(cases)
    return suite


def _counts(suites: list[ElementTree.Element]) -> dict[str, str]:
    names = ("tests", "failures", "errors", "skipped")
    return {name: str(sum(int(suite.get(name, "0")) for suite in suites)) for name in names}
