from __future__ import annotations

import pytest

from audio.soundcard import portaudio
from audio.soundcard.devices import InputDevice, chosen, input_devices, rates_hz
from models.errors import DeviceError
from tests.audio.soundcard.fake_portaudio import FakeDevice, FakeMachine


def device(name: str, index: int = 0, *, is_default: bool = False) -> InputDevice:
    return InputDevice(index, name, "ALSA", 1, 48000, is_default)


THREE = (device("USB Headset", 0), device("USB Headset Pro", 1), device("Line In", 2, is_default=True))


def test_only_inputs_are_listed_with_what_they_can_do() -> None:
    audio = FakeMachine([FakeDevice("speaker", channels=0), FakeDevice("mic", 2, 44100)]).open()
    assert input_devices(audio) == (InputDevice(1, "mic", "Fake", 2, 44100, is_default=True),)


def test_the_rates_are_those_that_the_device_takes() -> None:
    audio = FakeMachine([FakeDevice("mic", rates_hz=(16000, 48000))]).open()
    assert rates_hz(audio, input_devices(audio)[0]) == (16000, 48000)


def test_no_devices_at_all_are_an_empty_list() -> None:
    assert input_devices(FakeMachine([]).open()) == ()


@pytest.mark.parametrize(
    ("name", "index"), [("USB Headset", 0), ("usb headset pro", 1), ("Pro", 1), ("line", 2), ("", 2)]
)
def test_a_device_is_chosen_by_its_name_or_an_unambiguous_part(name: str, index: int) -> None:
    assert chosen(THREE, name).index == index


def test_a_part_of_several_names_is_refused_with_those_names() -> None:
    with pytest.raises(DeviceError, match="USB Headset Pro") as error:
        chosen(THREE, "headset")
    assert error.value.code == "device_ambiguous"
    assert "Line In" not in str(error.value)


def test_the_same_name_twice_is_ambiguous() -> None:
    with pytest.raises(DeviceError, match="several inputs"):
        chosen((device("mic", 0), device("mic", 1)), "mic")


def test_a_name_that_nothing_has_is_refused_with_all_that_there_is() -> None:
    with pytest.raises(DeviceError, match="Line In") as error:
        chosen(THREE, "bluetooth")
    assert error.value.code == "device_absent"


def test_a_machine_without_inputs_says_so() -> None:
    with pytest.raises(DeviceError, match=r"\(none\)"):
        chosen((), "")


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(portaudio.importlib, "import_module", absent)
    with pytest.raises(DeviceError, match="portaudio19-dev") as error:
        portaudio.open_audio()
    assert error.value.code == "soundcard_library"
