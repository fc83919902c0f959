"""Making a release from first to last: check, build twice, compare, verify, put in place."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.checks import checked_database
from toolkit.findings import Report, escape
from toolkit.package import find_descriptor, load_package
from toolkit.release.apart import start
from toolkit.release.build import release_name, write_release
from toolkit.release.inventory import differences, take_inventory
from toolkit.release.repository import NotReady, Repository
from toolkit.release.verify import verify_release
from toolkit.release.workspace import open_workspace, publish
from toolkit.tables import silent

# How many files of builds that differ are named.
_NAMED = 10
# For the second build everything is different that must not matter.
_OTHERWISE = {"PYTHONHASHSEED": "4711", "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8"}


class NotReproduced(Exception):
    """The second build failed or is not the same as the first; the message says in what."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A release to be made: of which package and commit, under which name and tag, and where.

    ``previous`` is the revision of the release before it, empty for the first one.
    """

    package: Path
    name: str
    output: Path
    repository: Repository
    tag: str
    tagging: bool
    previous: str = ""

    @property
    def folder(self) -> Path:
        """The folder of the package."""
        return find_descriptor(self.package).resolve().parent

    def __str__(self) -> str:
        last = (
            f"make the tag {self.tag}" if self.tagging else f"tell how to make the tag {self.tag}"
        )
        steps = (
            f"check that the working tree is as committed and that there is no tag {self.tag}",
            "check that the version fits what changed, and that CHANGELOG.md has its entry",
            "check the package: no errors, no warnings",
            *([f"tell what changed since {escape(self.previous)}"] if self.previous else []),
            "build the working tree, then the files of the commit alone: the same bytes",
            "verify the folder and the zip",
            f"put {self.name} and {self.name}.zip into {escape(str(self.output))}",
            f"{last}; nothing is pushed",
        )
        title = f"Release {self.name} of commit {self.repository.commit[:12]}"
        lines = [f"{number}. {step}" for number, step in enumerate(steps, 1)]
        return "\n".join([title, *lines])

    @property
    def commands(self) -> str:
        """The commands that tag the commit, unless that is done, and push the tag."""
        where = ["git", "-C", str(self.repository.root)]
        tag = ["tag", "--annotate", "--message", self.name, self.tag, self.repository.commit]
        push = ["push", "origin", f"refs/tags/{self.tag}"]
        return "\n".join(
            shlex.join(where + one) for one in ([push] if self.tagging else [tag, push])
        )


def plan_release(path: Path, output: Path, *, tagging: bool = False, previous: str = "") -> Plan:
    """Plan the release of the package at ``path`` into ``output``, after that of ``previous``.

    Raises NotReleasable if it cannot be named, NotReady if it is in no commit of a repository.
    """
    package, _ = load_package(path)
    name = release_name(package)
    repository = Repository.around(find_descriptor(path).resolve().parent)
    return Plan(path, name, output, repository, f"v{package.version}", tagging, previous)


def make_release(
    plan: Plan, changes: Mapping[str, str], *, progress: Callable[[str], None] = silent
) -> tuple[Report, Path | None]:
    """Carry out a plan, but for what it says of the version; ``changes`` as in `build_release`.

    Returns the report of the validation or, where that is clean, of the verification, and the
    release folder; None if anything was found. Only then is something written. Raises NotReady,
    NotReproduced, NotReleasable or OSError.
    """
    plan.repository.check_clean()
    plan.repository.check_free(plan.tag)
    with checked_database(plan.package, progress=progress) as (database, report):
        package = database.package
    if report.fails(strict=True):
        return report, None
    with open_workspace(plan.output) as workspace:
        folder = write_release(package, report, workspace / plan.name, changes, progress=progress)
        progress("building the commit")
        _reproduce(plan, folder)
        verified = verify_release(folder, progress=progress)
        if verified.fails(strict=True):
            return verified, None
        final = publish(folder, folder.with_name(f"{plan.name}.zip"), plan.output)
    if plan.tagging:
        plan.repository.make_tag(plan.tag, plan.name)
    return verified, final


def _reproduce(plan: Plan, folder: Path) -> None:
    """Build the files of the commit alone, in another process and place; compare the bytes."""
    root = plan.repository.root.resolve()
    package = plan.package.resolve().relative_to(root)
    with tempfile.TemporaryDirectory(prefix="toolkit-") as name:
        place = Path(name).resolve()
        plan.repository.export(place / "commit")
        _build(plan, place / "commit" / package, place / "built")
        first = (folder, folder.with_name(f"{plan.name}.zip"))
        second = (place / "built" / plan.name, place / "built" / f"{plan.name}.zip")
        if not second[0].is_dir():
            raise NotReproduced(f"the files of the commit are not those of {plan.name}")
        differing = [path for path, _ in differences(*map(take_inventory, (first[0], second[0])))]
        if not differing and first[1].read_bytes() != second[1].read_bytes():
            differing = [first[1].name]
    if differing:
        paths = ", ".join(escape(path, 100) for path in differing[:_NAMED])
        more = f" and {len(differing) - _NAMED:,} more" if len(differing) > _NAMED else ""
        raise NotReproduced(
            f"a build of the commit alone differs in {paths}{more}: "
            "look for files that git ignores, or that it stores otherwise (.gitattributes)"
        )


def _build(plan: Plan, package: Path, output: Path) -> None:
    command = ["build", str(package), "--output", str(output)]
    if plan.previous:
        command += ["--previous", plan.previous]
    done = start("toolkit", *command, environment=_OTHERWISE, folder=plan.folder)
    if done.returncode:
        lines = os.fsdecode(done.stderr).strip().splitlines() or ["it failed"]
        raise NotReproduced(f"the commit alone cannot be built: {escape(lines[-1], 300)}")


__all__ = ["NotReady", "NotReproduced", "Plan", "make_release", "plan_release"]
