"""Run a command in a fresh process and measure it."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
_VENV = REPOSITORY / "benchmarks" / ".venv"
_REQUIREMENTS = REPOSITORY / "benchmarks" / "requirements.txt"
# getrusage counts kibibytes, on macOS bytes.
_MIB = 2**20 if sys.platform == "darwin" else 2**10


@dataclass(frozen=True, slots=True)
class Process:
    """How a process went. ``seconds`` is its whole wall time, ``peak`` its memory in MiB."""

    code: int
    seconds: float
    cpu_seconds: float
    peak: float
    output: str
    errors: str
    timed_out: bool


def run_process(command: list[str], limit: float | None = None) -> Process:
    """Run ``command`` in the folder of the repository, killing it after ``limit`` seconds."""
    timed_out = threading.Event()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=REPOSITORY, stdout=output, stderr=errors)

        def stop() -> None:
            timed_out.set()
            child.kill()

        timer = threading.Timer(limit, stop) if limit else None
        if timer:
            timer.start()
        # wait4 gives the resources of this one child.
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        if timer:
            timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (output, errors):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    return Process(
        code=child.returncode,
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak=usage.ru_maxrss / _MIB,
        output=texts[0],
        errors=texts[1],
        timed_out=timed_out.is_set(),
    )


def own_python() -> str:
    """Return the Python that has the contenders with requirements of their own, made if need be."""
    python = _VENV / "bin" / "python"
    stamp = _VENV / ".installed"
    wanted = _REQUIREMENTS.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        print("installing the contenders into benchmarks/.venv", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", _VENV], check=True)
        install = [
            str(python),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--requirement",
            str(_REQUIREMENTS),
        ]
        subprocess.run(install, check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)


def machine() -> str:
    """Describe the machine in a few words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = platform.python_version()
    return f"{cores} cores, {platform.system()} {platform.machine()}, Python {python}"
