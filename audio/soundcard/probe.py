"""Which inputs there are now, asked by a process of its own.

PortAudio learns of devices only when it starts, and cannot start anew while a stream is open: a healthy device would
have to stop for a lost one to be looked for. Another process has a PortAudio of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

from audio.soundcard.devices import InputDevice, input_devices
from audio.soundcard.portaudio import open_audio

_TIMEOUT_S = 20.0


def devices_now() -> tuple[InputDevice, ...]:
    """The inputs that a PortAudio started now finds.

    Raises:
        OSError: where the process does not run, fails or takes longer than 20 s.
    """
    command = [sys.executable, "-m", "audio.soundcard.probe"]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=_TIMEOUT_S)  # noqa: S603  # our own module
        return tuple(InputDevice(**item) for item in json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError) as error:
        raise OSError(f"devices could not be listed: {error}") from error


def main() -> None:
    """Print the inputs as JSON."""
    audio = open_audio()
    try:
        sys.stdout.write(json.dumps([asdict(device) for device in input_devices(audio)]))
    finally:
        audio.terminate()


if __name__ == "__main__":
    main()
