from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata, packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("monitor", "audio", "models", "reports")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-soundcard.lock")
IMPORTED_AS = {"fluent-runtime": "fluent", "psycopg": "psycopg", "webrtcvad-wheels": "webrtcvad"}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(file: str) -> dict[str, list[str]]:
    """Each pinned requirement of a lock file and its hashes."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=[a-z0-9])", (ROOT / file).read_text(encoding="utf-8")):
        pinned = re.match(r"([a-z0-9._-]+)==\S+", block)
        assert pinned, f"{file} has a line that pins nothing: {block[:80]}"
        found[normal(pinned[1])] = re.findall(r"--hash=sha256:[0-9a-f]{64}", block)
    return found


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_provides_a_package_of_ours(name: str) -> None:
    assert set(packages_distributions()[name]) == {"timbre-monitor"}


def test_the_distribution_is_private_licensed_and_of_the_versions_promised() -> None:
    data = metadata("timbre-monitor")
    assert "Private :: Do Not Upload" in (data.get_all("Classifier") or [])
    assert data["License-Expression"] == "Apache-2.0"
    assert data["Requires-Python"] in {">=3.11,<3.14", "<3.14,>=3.11"}


def test_imports_go_one_way() -> None:
    ran = subprocess.run(["lint-imports"], capture_output=True, text=True, check=False, cwd=ROOT, env=venv_path())
    assert ran.returncode == 0, ran.stdout


def venv_path() -> dict[str, str]:
    return {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(ROOT)}


@pytest.mark.parametrize("file", LOCKS)
def test_everything_is_locked_with_hashes_and_no_registry_is_named(file: str) -> None:
    assert all(hashes for hashes in locked(file).values())
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links", (ROOT / file).read_text())


def test_every_dependency_is_locked_at_a_version_that_the_project_allows() -> None:
    wanted = [normal(re.split(r"[<>=\[ ]", line, maxsplit=1)[0]) for line in PROJECT["project"]["dependencies"]]
    tools = [normal(re.split(r"[<>=\[ ]", line, maxsplit=1)[0]) for line in PROJECT["dependency-groups"]["dev"]]
    assert sorted(set(wanted) - set(locked("requirements.lock"))) == []
    assert sorted(set(tools) - set(locked("requirements-dev.lock"))) == []


def test_the_tools_lock_pins_what_the_product_runs_on_to_the_same_versions() -> None:
    def pins(file: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9._-]+==[^ ;\\]+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE))

    missing = {pin.split("==")[0] for pin in pins("requirements.lock") - pins("requirements-dev.lock")}
    assert missing <= {"h11", "setuptools"}


def test_every_third_party_import_is_a_declared_dependency() -> None:
    declared = {normal(re.split(r"[<>=\[ ]", line, maxsplit=1)[0]) for line in PROJECT["project"]["dependencies"]}
    declared |= {"pyaudio", "numpy", "ctranslate2", "tqdm", "pydantic-core", "markupsafe"}  # with what is declared
    provided = packages_distributions()
    undeclared = {
        name
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for name in imports_of(path)
        if name not in sys.stdlib_module_names
        and name not in PACKAGES
        and not declared & {normal(distribution) for distribution in provided.get(name, [name])}
    }
    assert undeclared == set()


def imports_of(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


def test_files_that_the_program_reads_are_installed_with_it(tmp_path: Path) -> None:
    """What git tracks in the packages besides modules is named as package data."""
    tracked = subprocess.run(["git", "ls-files", *PACKAGES], capture_output=True, text=True, check=False, cwd=ROOT)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    patterns = PROJECT["tool"]["setuptools"]["package-data"]
    left_out = [
        name
        for name in map(Path, tracked.stdout.split())
        if name.suffix != ".py"
        and (ROOT / name).exists()
        and not any(Path(*name.parts[1:]).match(pattern) for pattern in patterns.get(name.parts[0], []))
    ]
    assert left_out == []


def test_the_two_commands_of_the_readme_are_targets_of_the_makefile() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "lint", "bench", "coverage"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
        assert f"make {target}" in readme


def test_commands_that_the_readme_names_exist() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", ROOT / "docs" / "operations.md"))
    named = set(re.findall(r"timbre ((?:config|model|protocol) [a-z]+|analyse|judge|doctor|version)\b", text))
    assert {"analyse", "judge", "doctor", "config check", "config show", "model fetch", "protocol check"} <= named
    for command in sorted(named):
        line = [sys.executable, "-m", "monitor", *command.split(), "--help"]
        assert subprocess.run(line, capture_output=True, check=False, cwd=ROOT).returncode == 0, command


def test_every_dependency_has_its_reason_in_the_decisions() -> None:
    decisions = normal((ROOT / "docs" / "decisions.md").read_text(encoding="utf-8"))
    declared = [normal(re.split(r"[<>=\[ ]", line, maxsplit=1)[0]) for line in PROJECT["project"]["dependencies"]]
    declared += [normal(re.split(r"[<>=\[ ]", line, maxsplit=1)[0]) for line in PROJECT["dependency-groups"]["dev"]]
    assert sorted(name for name in declared if name not in decisions) == []


def test_no_path_of_one_machine_is_in_the_repository() -> None:
    command = ["git", "grep", "-nIE", r"/(root|work|home/[a-z]+|Users)/", "--", ":!tests"]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if found.returncode > 1:
        pytest.skip("not a git checkout")
    assert found.stdout.splitlines() == []
