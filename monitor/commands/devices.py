"""`timbre devices`: the sound inputs of this machine and how loud they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.live import Live
from rich.table import Table
from rich.text import Text

from monitor.commands.options import ConfigOption, JsonOption, LanguageOption, setting
from reports.catalogue import Catalogue

if TYPE_CHECKING:
    from audio.soundcard.devices import InputDevice
    from audio.soundcard.meter import Level
    from audio.soundcard.metering import Metered

MeterOption = Annotated[bool, typer.Option("--meter")]
DeviceOption = Annotated[list[str] | None, typer.Option("--device", metavar="NAME")]
SecondsOption = Annotated[float | None, typer.Option("--seconds", min=0.1, max=86_400.0)]

_REFRESH_S = 0.1
_MEASURED_S = 1.0
_LOWEST_DBOV = -60.0
_LOUD_DBOV, _TOO_LOUD_DBOV = -12.0, -3.0
_BAR = 40


def devices(
    config: ConfigOption = None,
    language: LanguageOption = None,
    device: DeviceOption = None,
    seconds: SecondsOption = None,
    *,
    meter: MeterOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the inputs, or show their levels until interrupted or for so many seconds."""
    from audio.soundcard.devices import rates_hz
    from audio.soundcard.metering import Metered

    found = setting(config, language)
    with _started() as audio:
        listed = _wanted(audio, device or [])
        rates = {item.index: rates_hz(audio, item) for item in listed}
        if not meter:
            shown = [Metered(item) for item in listed]
        elif as_json:
            shown = _metered(audio, listed, seconds or _MEASURED_S, None, found.terminal.catalogue)
        else:
            with Live(console=found.terminal.out, auto_refresh=False, transient=False) as live:
                _metered(audio, listed, seconds, live, found.terminal.catalogue)
            return
    if as_json:
        found.terminal.json([_document(item, rates[item.device.index], metered=meter) for item in shown])
    elif shown:
        found.terminal.out.print(devices_table(listed, rates, found.terminal.catalogue))
    else:
        found.terminal.note("devices-none")


@contextmanager
def _started() -> Iterator[Any]:
    """PortAudio, without what ALSA and JACK say of devices that are not there."""
    from audio.soundcard.portaudio import native_libraries_quiet, open_audio

    with native_libraries_quiet():
        audio = open_audio()
    try:
        yield audio
    finally:
        audio.terminate()


def _wanted(audio: Any, names: list[str]) -> list[InputDevice]:
    from audio.soundcard.devices import chosen, input_devices

    known = input_devices(audio)
    return [chosen(known, name) for name in dict.fromkeys(names)] if names else list(known)


def _metered(
    audio: Any, listed: list[InputDevice], seconds: float | None, live: Live | None, catalogue: Catalogue
) -> list[Metered]:
    """The last levels read, each shown on the way."""
    from audio.soundcard.metering import DeviceMeters
    from audio.soundcard.portaudio import native_libraries_quiet

    with native_libraries_quiet():
        meters = DeviceMeters(audio, listed)
    ends_s = None if seconds is None else time.monotonic() + seconds
    try:
        while True:
            time.sleep(_REFRESH_S)
            shown = meters.read()
            if live is not None:
                live.update(levels_table(shown, catalogue), refresh=True)
            if ends_s is not None and time.monotonic() >= ends_s:
                return shown
    finally:
        meters.close()


def devices_table(listed: list[InputDevice], rates: dict[int, tuple[int, ...]], catalogue: Catalogue) -> Table:
    """One row a device; the default one has a star."""
    columns = ("name", "host_api", "channels", "rate", "rates")
    table = Table(*(catalogue.text(f"devices-{name}") for name in columns), box=None)
    for item in listed:
        name = f"{item.name} *" if item.is_default else item.name
        others = ", ".join(str(rate_hz) for rate_hz in rates[item.index]) or "–"
        table.add_row(Text(name), Text(item.host_api), str(item.channels), str(item.rate_hz), others)
    return table


def levels_table(shown: list[Metered], catalogue: Catalogue) -> Table:
    """One row a channel: a bar from -60 dBov to full scale, the level, the peak, and whether it is clipped."""
    columns = ("name", "channel", "meter", "level", "peak", "clipping")
    table = Table(*(catalogue.text(f"devices-{name}") for name in columns), box=None)
    for item in shown:
        if item.refused:
            table.add_row(Text(item.device.name), "", Text(catalogue.text("devices-refused")))
        for channel, level in enumerate(item.levels):
            table.add_row(Text(item.device.name), str(channel + 1), *_cells(level, catalogue))
    return table


def _cells(level: Level | None, catalogue: Catalogue) -> tuple[Text, str, str, Text]:
    if level is None:
        return Text(catalogue.text("devices-no_sound"), "yellow"), "", "", Text()
    clipped = Text(catalogue.text("devices-clipped"), "bold red") if level.clipped_ratio else Text()
    return _bar(level), _dbov(level.level_dbov, catalogue), _dbov(level.peak_dbov, catalogue), clipped


def _bar(level: Level) -> Text:
    level_dbov = _LOWEST_DBOV if level.level_dbov is None else max(level.level_dbov, _LOWEST_DBOV)
    peak_dbov = _LOWEST_DBOV if level.peak_dbov is None else level.peak_dbov
    style = "red" if peak_dbov > _TOO_LOUD_DBOV else "yellow" if level_dbov > _LOUD_DBOV else "green"
    full = round(_BAR * (1 - level_dbov / _LOWEST_DBOV))
    return Text("█" * full, style) + Text("·" * (_BAR - full), "dim")


def _dbov(value: float | None, catalogue: Catalogue) -> str:
    return "−∞" if value is None else catalogue.quantity(value, "dBov", 1)


def _document(item: Metered, rates: tuple[int, ...], *, metered: bool) -> dict[str, Any]:
    document = asdict(item.device) | {"rates_hz": rates}
    if not metered:
        return document
    levels = [None if level is None else asdict(level) for level in item.levels]
    return document | {"refused": item.refused, "levels": levels}
