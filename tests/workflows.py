"""Running the steps of workflows and composite actions as GitHub would, without GitHub.

Only what the files of this repository use is known: an expression that names anything else, or an
action that is not listed here, fails the test, so that nothing is passed over unseen.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import REPOSITORY

GITHUB = REPOSITORY / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
ACTIONS = sorted((GITHUB / "actions").glob("*/action.yml"))
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"'[^']*'|&&|\|\||!=|==|!|\(|\)|[A-Za-z_][\w.-]*|\s+")
_STATUS = ("always()", "cancelled()", "failure()", "success()")

# What stands in for programs that reach the network, install, or run all tests.
_PROGRAMS = {
    # An environment whose Python is this one, and whose pip only says what it was asked.
    "python": """\
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin"
  cp "$0" "$3/bin/python"
elif [ "$1 $2" = "-m pip" ]; then
  for last; do true; done
  test -f "$last"
else
  exec "$THIS_PYTHON" "$@"
fi
""",
    "make": 'case "$*" in *PYTHON=*test) ;; *) .venv/bin/toolkit build ;; esac\n',
    "gh": "",
    "apt-get": "",
    "sudo": "",
}


def load(path: Path) -> dict[str, Any]:
    """Return a workflow or action; ``on`` is a word, not the truth value that YAML 1.1 reads."""
    content: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if key is True else key): value for key, value in content.items()}


def jobs() -> list[tuple[Path, str]]:
    """Return every job of every workflow."""
    return [(path, name) for path in WORKFLOWS for name in load(path)["jobs"]]


@dataclass
class Job:
    """A job that is run in a folder; ``context`` has the values of ``github`` by their names."""

    root: Path
    temp: Path
    context: dict[str, Any]
    failed: bool = False
    output: str = ""
    executed: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)

    def run(self, job: dict[str, Any]) -> bool:
        """Run the steps of a job, if its condition holds; return whether none failed."""
        self.temp.mkdir(exist_ok=True)
        self._put_programs()
        if self._holds(job.get("if"), {}):
            self._steps(job["steps"], {})
        return not self.failed

    def asked(self) -> list[str]:
        """Return how the programs that are stood in for were called."""
        log = self.temp / "programs.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def summary(self) -> str:
        """Return the summary that the steps wrote."""
        return (self.temp / "summary.md").read_text(encoding="utf-8")

    def _steps(self, steps: list[dict[str, Any]], values: dict[str, Any]) -> None:
        for number, step in enumerate(steps):
            if not self._holds(step.get("if"), values):
                continue
            name = step.get("id", str(number))
            before, self.failed = self.failed, False
            done = self._command(step, values) if "run" in step else self._action(step, values)
            for key, value in done.items():
                values[f"steps.{name}.outputs.{key}"] = value
            values[f"steps.{name}.outcome"] = "failure" if self.failed else "success"
            self.failed = before or self.failed

    def _action(self, step: dict[str, Any], values: dict[str, Any]) -> dict[str, str]:
        """Run an action of this repository; one of others is only written down."""
        uses = step["uses"]
        self.used.append(uses)
        if not uses.startswith("$/"):
            return {}
        folder = REPOSITORY / uses.removeprefix("$/")
        action = load(folder / "action.yml")
        given = {key: self._filled(value, values) for key, value in step.get("with", {}).items()}
        assert set(given) <= set(action["inputs"]), f"{uses} has no such input"
        own: dict[str, Any] = {"github.action_path": str(folder)}
        for key, told in action["inputs"].items():
            own[f"inputs.{key}"] = given.get(key, self._filled(told.get("default", ""), {}))
        self._steps(action["runs"]["steps"], own)
        outputs = action.get("outputs", {})
        return {key: self._filled(told["value"], own) for key, told in outputs.items()}

    def _command(self, step: dict[str, Any], values: dict[str, Any]) -> dict[str, str]:
        self.executed.append(step["run"])
        out = self.temp / "output"
        out.write_text("", encoding="utf-8")
        env = {name: self._filled(value, values) for name, value in step.get("env", {}).items()}
        pipefail = ["-o", "pipefail"] if step.get("shell") == "bash" else []
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", *pipefail, "-c", step["run"]],
            cwd=self.root,
            env=self._environment() | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        self.output += done.stdout + done.stderr
        self.failed = self.failed or done.returncode != 0
        return dict(line.split("=", 1) for line in out.read_text(encoding="utf-8").splitlines())

    def _environment(self) -> dict[str, str]:
        github = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.context.get("github.api_url", "http://127.0.0.1:9"),
            "GITHUB_EVENT_PATH": str(self.temp / "event.json"),
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_REPOSITORY": self.context["github.repository"],
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary.md"),
            "GITHUB_WORKSPACE": str(self.root),
            "RUNNER_TEMP": str(self.temp),
        }
        stand_in = {
            "JAVA_HOME": str(self.temp),
            "PATH": f"{self.temp / 'programs'}{os.pathsep}{os.environ['PATH']}",
            "PROGRAMS_LOG": str(self.temp / "programs.log"),
            "THIS_PYTHON": sys.executable,
        }
        kept = {key: os.environ[key] for key in ("HOME", "LANG", "TMPDIR") if key in os.environ}
        return kept | github | stand_in

    def _put_programs(self) -> None:
        folder = self.temp / "programs"
        folder.mkdir(exist_ok=True)
        for name, body in _PROGRAMS.items():
            path = folder / name
            log = f'echo "{name} $*" >> "$PROGRAMS_LOG"\n'
            path.write_text(f"#!/bin/sh\nset -e\n{log}{body}", encoding="utf-8")
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def _holds(self, condition: object, values: dict[str, Any]) -> bool:
        text = _EXPRESSION.sub(r"\1", str(condition)).strip() if condition else "success()"
        if not any(status in text for status in _STATUS):
            text = f"success() && ({text})"
        return bool(self._value(text, values))

    def _filled(self, text: object, values: dict[str, Any]) -> str:
        def shown(found: re.Match[str]) -> str:
            value = self._value(found[1], values)
            return {True: "true", False: "false"}.get(value, str(value))

        return _EXPRESSION.sub(shown, str(text))

    def _value(self, expression: str, values: dict[str, Any]) -> Any:
        """Return the value of an expression; it is written in Python, and that evaluated."""
        operators = {"&&": " and ", "||": " or ", "!": " not "}
        tokens = _TOKEN.findall(expression)
        assert "".join(tokens) == expression, expression
        status = {
            "always": lambda: True,
            "cancelled": lambda: False,
            "failure": lambda: self.failed,
            "success": lambda: not self.failed,
        }
        known = self.context | values
        names: dict[str, Any] = {}
        python = ""
        for token in (token for token in tokens if token.strip()):
            if token in operators:
                python += operators[token]
            elif token[0] in "'()!=" or token in status:
                python += token
            else:
                names[f"v{len(names)}"] = self._known(token, known)
                python += f"v{len(names) - 1}"
        return eval(python, {"__builtins__": {}} | status | names)

    @staticmethod
    def _known(name: str, known: dict[str, Any]) -> Any:
        if name in known:
            return known[name]
        if re.fullmatch(r"steps\.[\w-]+\.(outputs\.[\w-]+|outcome)", name):
            return ""
        raise AssertionError(f"{name}: what is its value in the tests?")
