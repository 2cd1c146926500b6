"""A page as one self-contained file: its style and program inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.catalogue import Catalogue, clock
from reports.draft import replaced
from reports.sound import EmbeddedAudio, LinkedAudio, Sound
from reports.wording import Wording


def write_page(
    path: Path,
    template: str,
    catalogue: Catalogue,
    *,
    parts: Sequence[str],
    sound: Sound | None = None,
    **values: Any,
) -> None:
    """Render `template` with the static files named in `parts` inside it; complete or not there.

    Everything from outside is escaped by the template; beyond that, a Content-Security-Policy
    lets only the very bytes of our own style and program run.

    Raises:
        OSError: where the file cannot be written.
    """
    style, program = _joined(parts, ".css"), _program(parts)
    page = _environment().get_template(template)
    stream = page.stream(
        t=catalogue.text,
        catalogue=catalogue,
        wording=Wording(catalogue),
        style=Markup(style),  # noqa: S704  # our own file
        program=Markup(program),  # noqa: S704  # our own file
        policy=_policy(style, program, sound),
        sound=sound,
        **values,
    )
    stream.enable_buffering(64)
    with replaced(path) as draft, draft.open("wb") as file:
        stream.dump(file, encoding="utf-8", errors="replace")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    return environment


@cache
def _static(name: str) -> str:
    return resources.files("reports").joinpath("static", name).read_text(encoding="utf-8")


def _joined(parts: Sequence[str], suffix: str) -> str:
    return "\n".join(_static(name) for name in parts if name.endswith(suffix))


def _program(parts: Sequence[str]) -> str:
    return f'(() => {{\n"use strict";\n{_joined(parts, ".js")}\n}})();'


def _policy(style: str, program: str, sound: Sound | None) -> str:
    """The Content-Security-Policy of a page (W3C CSP Level 3), by the hashes of what is inlined."""
    media = {EmbeddedAudio: "data:", LinkedAudio: "'self' file:", type(None): "'none'"}[type(sound)]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(program)}'",
            f"style-src '{_hash(style)}'",
            "img-src data:",
            f"media-src {media}",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
