"""The configuration: where its file is, and the folders that it leaves to the platform.

`monitor.settings` reads and checks it; nothing deeper than `monitor.parts` sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

from monitor.settings.reading import Loaded, load
from monitor.settings.sections import Settings

FILE_VARIABLE = "TIMBRE_CONFIG"
_APP = "timbre"


def find(option: Path | None, environment: Mapping[str, str], folder: Path) -> Path | None:
    """The file to read: the option, else `TIMBRE_CONFIG`, else `config.toml` in `folder`, else the user's, else none.

    A file that is named must exist, and is returned even where it does not, so that reading it says so.
    """
    if option is not None:
        return option
    if named := environment.get(FILE_VARIABLE):
        return Path(named)
    usual = (folder / "config.toml", platformdirs.user_config_path(_APP) / "config.toml")
    return next((path for path in usual if path.is_file()), None)


def configured(option: Path | None, environment: Mapping[str, str], folder: Path) -> Loaded:
    """The configuration that a command runs under.

    Raises:
        InvalidConfigError: with every mistake in it.
    """
    return load(find(option, environment, folder), environment)


def model_cache(settings: Settings) -> Path:
    """The folder that speech models are kept in."""
    named = settings.transcriber.cache
    return Path(named).expanduser() if named else platformdirs.user_cache_path(_APP) / "models"


def capture_folder(settings: Settings) -> Path:
    """The folder that live calls are recorded in."""
    named = settings.capture.folder
    return Path(named).expanduser() if named else platformdirs.user_data_path(_APP) / "captured"


def capture_files_folder(settings: Settings) -> Path:
    """The folder for the calls of capture files that were analysed."""
    return capture_folder(settings) / "files"


def looks_file(settings: Settings) -> Path:
    """The file that every look at an unmasked call is recorded in."""
    named = settings.personal_data.looks_file
    return Path(named).expanduser() if named else platformdirs.user_data_path(_APP) / "originals.log"


def database_url(settings: Settings) -> str:
    """The database's URL; by default a SQLite file among the user's own data.

    Not in the current folder, so that analyses are found again from any folder and no copy of
    what people said is left wherever a command happened to be run.
    """
    return settings.database.url or f"sqlite:///{platformdirs.user_data_path(_APP) / 'timbre.db'}"
