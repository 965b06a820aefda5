"""The assistants as processes: ours on a database of its own, and the rivals; and the load that talks to them."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RIVALS = ROOT / ".venv-bench"
KEY = "a key of the bench, for nobody's data"
UNPACED = "1000000"


class Load:
    """The load's process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "bench.load"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None  # noqa: S101
        self.url, port = self._process.stdout.readline().split()
        self._bench = f"http://127.0.0.1:{port}/bench"

    def run(self, **asked: Any) -> dict[str, Any]:
        """A run, as bench.load describes it."""
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._bench, json.dumps(asked).encode(), headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own process
            measured: dict[str, Any] = json.load(answer)
        return measured

    def until_called(self, method: str) -> None:
        """Returns once the assistant has called a method: it is then set up."""
        until(lambda: method in json.loads(fetch(f"{self.url}/control/counts") or "{}").get("calls", {}))

    def __enter__(self) -> "Load":
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)


@contextmanager
def ours(load_url: str, folder: Path, webhook: bool, profile: Path | None = None) -> Iterator[tuple[int, float]]:
    """`rdv-sejour run` on SQLite in `folder`: its process, and the seconds from its start to `/readyz`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "TELEGRAM_TOKEN": "42:BENCH",
        "TELEGRAM_API_URL": load_url,
        "TELEGRAM_RATE": UNPACED,
        "TELEGRAM_CHAT_RATE": UNPACED,
        "PUBLIC_URL": url if webhook else "",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "RDV_KEY": KEY,
        "PORT": str(port),
    }
    main = ["-m", "bot.cli", "run"] if profile is None else ["-m", "bench.profiled", str(profile)]
    command = [sys.executable, *main]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until(lambda: fetch(f"{url}/readyz") == "ready")
        yield process.pid, time.perf_counter() - started
    finally:
        end(process)


@contextmanager
def aiogram(load_url: str, screens: Path, webhook: bool, background: bool = False) -> Iterator[int]:
    """The aiogram bot of bench/rivals, in its own environment."""
    command = [str(rivals_python()), str(ROOT / "bench/rivals/aiogram_bot.py"), "--api", load_url]
    command += ["--screens", str(screens), *(["--port", str(free_port())] if webhook else [])]
    command += ["--background"] if background else []
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        end(process)


def rivals_python() -> Path:
    """The interpreter of the rivals' environment, made on the first run."""
    python, done = RIVALS / "bin/python", RIVALS / "installed"
    lock = ROOT / "bench/requirements.lock"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        print("making .venv-bench…", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(RIVALS)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(lock)]
        subprocess.run(install, check=True)
        done.touch()
    return python


def until(holds: Any, seconds: float = 30.0) -> None:
    """Asks every few milliseconds. Raises TimeoutError."""
    give_up = time.perf_counter() + seconds
    while not holds():
        if time.perf_counter() > give_up:
            raise TimeoutError("a process of the bench is not ready")
        time.sleep(0.005)


def fetch(url: str) -> str | None:
    """What is there, or None while there is nothing."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own processes
            return str(answer.read().decode())
    except (urllib.error.URLError, OSError):
        return None


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def end(process: "subprocess.Popen[Any]") -> None:
    """Tells it to stop, and waits."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
