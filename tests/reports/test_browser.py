"""The pages in a real browser, opened from disk as a double click opens them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.call import Moment
from models.call_document import transport_from
from reports.agent_page import write_agent_page
from reports.call_page import write_call_page
from reports.catalogue import Catalogue
from reports.index_page import IndexRow, write_index
from reports.sound import place_sound
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysis,
    make_call_record,
    make_direction,
    make_document,
    make_facts,
    make_flag,
    make_mixed_analysis,
    make_overlap,
    make_recording,
    make_turn,
    make_verdict,
)
from tests.reports.pages import HOSTILE, make_flagged_document, make_hostile_document, make_sound, wav_bytes

selenium = pytest.importorskip("selenium", reason="selenium is not installed: it is of the dev group")
from selenium import webdriver  # noqa: E402 # after the skip
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.remote.webdriver import WebDriver  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

pytestmark = pytest.mark.browser

FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
)
PHONE = (390, 844)
DESKTOP = (1360, 900)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("Chromium and ChromeDriver are not here: install the packages chromium and chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    yield driver
    driver.quit()


@pytest.fixture
def opened(browser: WebDriver, tmp_path: Path) -> Iterator[Callable[..., WebDriver]]:
    """Writes a page, opens it at a size, and afterwards finds nothing in the browser's log."""

    def open_page(write: Callable[[Path], None], size: tuple[int, int] = DESKTOP) -> WebDriver:
        path = tmp_path / "page.html"
        write(path)
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get_log("browser")
        browser.get(path.as_uri())
        shown = f"location.href === {json.dumps(path.as_uri())} && document.readyState === 'complete'"
        until(browser, shown)  # a busy machine may still show the page before
        return browser

    yield open_page
    assert [entry["message"] for entry in browser.get_log("browser")] == []


def call_page(document: dict[str, Any] | None = None, language: str = "es", **more: Any) -> Callable[[Path], None]:
    sound = more.pop("sound", make_sound())
    return lambda path: write_call_page(document or make_flagged_document(), sound, Catalogue(language), path)


def agent_page(document: dict[str, Any] | None = None) -> Callable[[Path], None]:
    return lambda path: write_agent_page(document or make_flagged_document(), make_sound(), Catalogue("es"), path)


def index_page() -> Callable[[Path], None]:
    def document(number: str, agent: str, *flags: str) -> dict[str, Any]:
        recording = make_recording(
            id=number, file=f"{number}.wav", duration_s=float(number), facts=make_facts(agent_id=agent)
        )
        verdict = make_verdict(flags=tuple(make_flag(flag) for flag in flags))
        return make_document(analysis=make_analysis(recording=recording), verdict=verdict)

    documents = [document("100", "Ana", "dead_air"), document("20", "Íñigo"), document("3", "Ana", "late_answer")]
    rows = [IndexRow(f"{number}.wav", "done", None, number, f"{number}.html") for number in ("100", "20", "3")]
    rows.append(IndexRow(f"{HOSTILE}.wav", "failed", "encrypted"))
    return lambda path: write_index(rows, documents, Catalogue("es"), path)


def now_s(page: WebDriver) -> float:
    return float(page.execute_script("return document.getElementById('audio').currentTime"))


def until(page: WebDriver, script: str) -> Any:
    """Waits until a script gives something true, and gives that."""
    return WebDriverWait(page, 10, 0.05).until(lambda driver: driver.execute_script(f"return {script}"))


def pause(page: WebDriver) -> None:
    page.execute_script("document.getElementById('audio').pause()")


def press(page: WebDriver, key: str) -> None:
    page.find_element(By.TAG_NAME, "body").send_keys(key)


def test_the_transcript_follows_the_sound(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    page.execute_script(
        "const audio = document.getElementById('audio'); audio.currentTime = 7.0; audio.playbackRate = 4"
    )
    page.find_element(By.ID, "play").click()
    first = until(page, "document.querySelector('.spoken')?.textContent")
    assert first in make_flagged_document()["turns"][0]["text"]
    assert until(page, "document.querySelector('.turn.now.party-customer .spoken')?.textContent")
    assert until(page, "document.getElementById('now').textContent") != "0:00"
    assert page.find_element(By.ID, "play").get_attribute("aria-label") == "Pausar"


def test_the_playhead_stands_where_the_sound_is(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    until(page, "document.getElementById('audio').duration > 59")
    page.execute_script("document.getElementById('audio').currentTime = 30")
    until(page, "document.getElementById('now').textContent === '0:30'")
    head, box = (
        page.execute_script(f"return document.getElementById('{name}').getBoundingClientRect().toJSON()")
        for name in ("playhead", "timeline")
    )
    assert head["left"] + head["width"] / 2 - box["left"] == pytest.approx(box["width"] / 2, abs=1.5)


def test_a_click_on_the_picture_goes_there(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    until(page, "document.getElementById('audio').duration > 59")
    canvas = page.find_element(By.ID, "wave")
    webdriver.ActionChains(page).move_to_element_with_offset(canvas, 0, -20).click().perform()
    assert until(page, "document.getElementById('audio').currentTime") == pytest.approx(30.0, abs=0.3)


def test_the_picture_is_drawn(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page(make_document(analysis=make_analysis(overlaps=(make_overlap(),)))))
    colours = page.execute_script("""
        const wave = document.getElementById('wave');
        const data = wave.getContext('2d').getImageData(0, 0, wave.width, wave.height).data;
        const seen = new Set();
        for (let i = 0; i < data.length; i += 4) if (data[i + 3]) seen.add([data[i], data[i + 1], data[i + 2]].join());
        return [...seen]""")
    agent, customer, critical = "13,109,140", "154,82,19", "179,38,30"
    assert {agent, customer, critical} <= set(colours)


def test_sound_missing_and_moments_of_the_call_are_in_the_picture(opened: Callable[..., WebDriver]) -> None:
    page = opened(captured_page())
    inks = page.execute_script("""
        const wave = document.getElementById('wave');
        const { data, width } = wave.getContext('2d').getImageData(0, 0, wave.width, wave.height);
        const at = (seconds, y) => data.slice(4 * (y * width + Math.round(seconds / 60 * width))).slice(0, 3).join();
        const bottom = wave.clientHeight - 22 - 16;
        return [at(35, 21), at(20.5, bottom - 4), at(25, bottom - 4)]""")
    held, missing, heard = inks
    assert (held, missing) == ("90,90,166", "179,38,30")
    assert heard != missing


def test_a_moment_is_named_where_the_mouse_points_at_it(opened: Callable[..., WebDriver]) -> None:
    page = opened(captured_page())
    page.execute_script("""
        const wave = document.getElementById('wave');
        const box = wave.getBoundingClientRect();
        const at = {clientX: box.left + box.width / 2, clientY: box.top + 22, bubbles: true};
        wave.dispatchEvent(new PointerEvent('pointermove', at))""")
    assert page.find_element(By.ID, "hover").text == "0:30 Pone en espera (agente)"


def test_a_finding_goes_to_its_place_and_is_marked(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    until(page, "document.getElementById('audio').duration > 59")
    page.find_element(By.CSS_SELECTOR, "#f-0 .go").click()
    assert now_s(page) == pytest.approx(19.0, abs=1.0)
    assert "selected" in str(page.find_element(By.ID, "f-0").get_attribute("class"))
    pause(page)


def test_a_word_goes_to_its_place(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    until(page, "document.getElementById('audio').duration > 59")
    page.find_elements(By.CSS_SELECTOR, ".party-customer [data-t]")[0].click()
    assert now_s(page) == pytest.approx(13.0, abs=1.0)
    pause(page)


def test_the_keyboard_plays_and_moves(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    until(page, "document.getElementById('audio').duration > 59")
    press(page, Keys.SPACE)
    until(page, "!document.getElementById('audio').paused")
    press(page, Keys.SPACE)
    until(page, "document.getElementById('audio').paused")
    before = now_s(page)
    press(page, Keys.ARROW_RIGHT)
    press(page, Keys.ARROW_RIGHT)
    press(page, Keys.ARROW_LEFT)
    assert now_s(page) == pytest.approx(before + 5.0, abs=0.2)


def test_n_and_p_go_from_finding_to_finding(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    until(page, "document.getElementById('audio').duration > 59")
    places = []
    for key in ("n", "n", "n", "p"):
        press(page, key)
        places.append(round(now_s(page), 0))
    pause(page)
    assert places == pytest.approx([0.4, 6.4, 19.0, 6.4], abs=1.0)
    assert len(page.find_elements(By.CSS_SELECTOR, ".selected")) == 1


def test_a_page_zooms_in_and_out(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    assert page.execute_script("return document.getElementById('overview').hidden")
    press(page, "+")
    until(page, "!document.getElementById('overview').hidden")
    press(page, "0")
    until(page, "document.getElementById('overview').hidden")


def test_one_leg_can_be_heard_alone(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page())
    Select(page.find_element(By.ID, "listen")).select_by_visible_text("Cliente")
    page.find_element(By.ID, "play").click()
    assert until(page, "document.getElementById('audio').currentTime > 0.2")
    pause(page)


def test_a_mixed_call_has_no_leg_to_choose(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page(make_document(analysis=make_mixed_analysis())))
    assert not page.find_element(By.ID, "listen-field").is_displayed()


def test_a_page_without_audio_still_goes_to_its_findings(opened: Callable[..., WebDriver]) -> None:
    page = opened(call_page(sound=None))
    page.find_element(By.CSS_SELECTOR, "#f-0 .go").click()
    until(page, "document.getElementById('now').textContent === '0:19'")
    assert not page.find_element(By.ID, "play").is_enabled()


def test_audio_beside_the_page_plays(opened: Callable[..., WebDriver]) -> None:
    def write(path: Path) -> None:
        sound = place_sound(wav_bytes(60.0), "audio/wav", path, embed_max_bytes=1000)
        write_call_page(make_flagged_document(), sound, Catalogue("es"), path)

    page = opened(write)
    page.find_element(By.ID, "play").click()
    assert until(page, "document.getElementById('audio').currentTime > 0.2")
    pause(page)


@pytest.mark.parametrize("write", [call_page, agent_page], ids=["call", "agent"])
def test_hostile_words_do_no_harm(
    opened: Callable[..., WebDriver], write: Callable[[dict[str, Any]], Callable[[Path], None]]
) -> None:
    page = opened(write(make_hostile_document()))
    until(page, "document.readyState === 'complete'")
    assert page.execute_script("return window.harmed") is None
    assert page.find_elements(By.TAG_NAME, "img") == []
    assert HOSTILE.split("\u2028", maxsplit=1)[0].split()[0] in page.find_element(By.TAG_NAME, "main").text


def test_a_hostile_file_name_does_no_harm_in_the_index(opened: Callable[..., WebDriver]) -> None:
    page = opened(index_page())
    assert page.execute_script("return window.harmed") is None
    assert page.find_elements(By.TAG_NAME, "img") == []
    assert "window.harmed=1" in page.find_element(By.ID, "calls").text


def shown_files(page: WebDriver) -> list[str]:
    rows = page.find_elements(By.CSS_SELECTOR, "#calls tbody tr")
    return [str(row.get_attribute("data-file"))[:7].removesuffix(".wav") for row in rows if row.is_displayed()]


def test_the_index_sorts_numbers_as_numbers_and_the_unknown_last(opened: Callable[..., WebDriver]) -> None:
    page = opened(index_page())
    duration = page.find_element(By.CSS_SELECTOR, "[data-sort=duration]")
    duration.click()
    assert shown_files(page) == ["3", "20", "100", HOSTILE[:7]]
    duration.click()
    assert shown_files(page) == ["100", "20", "3", HOSTILE[:7]]
    header = page.find_element(By.CSS_SELECTOR, "th:has([data-sort=duration])")
    assert header.get_attribute("aria-sort") == "descending"


def test_the_index_filters_by_agent_flag_state_and_words(opened: Callable[..., WebDriver]) -> None:
    page = opened(index_page())
    Select(page.find_element(By.ID, "filter-agent")).select_by_visible_text("Ana")
    assert shown_files(page) == ["100", "3"]
    Select(page.find_element(By.ID, "filter-flag")).select_by_visible_text("Respuesta tardía")
    assert shown_files(page) == ["3"]
    assert page.find_element(By.ID, "shown").text == "1 de 4 llamadas"
    page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    until(page, "document.getElementById('shown').textContent === '4 de 4 llamadas'")
    Select(page.find_element(By.ID, "filter-state")).select_by_visible_text("Fallida")
    assert shown_files(page) == [HOSTILE[:7]]
    page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    page.find_element(By.ID, "filter-text").send_keys("iñigo")
    assert shown_files(page) == ["20"]
    page.find_element(By.ID, "filter-text").send_keys(" nobody")
    assert page.find_element(By.ID, "empty").is_displayed()


def test_a_moment_of_the_agents_page_plays_that_moment_alone(opened: Callable[..., WebDriver]) -> None:
    page = opened(agent_page())
    until(page, "document.getElementById('audio').duration > 59")
    page.execute_script("document.getElementById('audio').playbackRate = 2")
    button = page.find_elements(By.CSS_SELECTOR, ".well .listen")[0]
    button.click()
    until(page, "document.querySelector('.listen.playing span')?.textContent === 'Detener'")
    until(page, "document.getElementById('audio').paused")
    assert now_s(page) == pytest.approx(7.2 + 0.3, abs=0.4)
    until(page, "document.querySelector('.listen.playing') === null")
    assert "Escuchar 0:06" in button.text


def test_a_second_moment_takes_over_and_a_second_press_stops(opened: Callable[..., WebDriver]) -> None:
    page = opened(agent_page())
    until(page, "document.getElementById('audio').duration > 59")
    first, second = page.find_elements(By.CSS_SELECTOR, ".well .listen")[:2]
    first.click()
    second.click()
    assert until(page, "document.getElementById('audio').currentTime > 43")
    assert "Escuchar" in first.text
    assert "Detener" in second.text
    second.click()
    until(page, "document.getElementById('audio').paused")


def captured_page() -> Callable[[Path], None]:
    """A call with all that signalling and packets can tell."""
    told = {"network_delay_from": "not_known", "buffer": "fixed_60_ms", "loss_percent": 1.0, "burst_ratio": 1.5}
    moments = (Moment("ringing", -6.0, AGENT, "180"), Moment("held", 30.0, AGENT), Moment("resumed", 40.0, AGENT))
    transport = transport_from({"directions": [make_direction(lost=30, r_factor=61.0, assumptions=told)]})
    call = make_call_record(moments=moments, transport=transport, notes=("encrypted",))
    return call_page(make_document(analysis=make_analysis(recording=make_recording(call=call))))


PAGES = {"call": call_page, "captured": captured_page, "agent": agent_page, "index": index_page}


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("write", PAGES.values(), ids=PAGES.keys())
def test_nothing_is_wider_than_the_window(
    opened: Callable[..., WebDriver], write: Callable[[], Callable[[Path], None]], size: tuple[int, int]
) -> None:
    page = opened(write(), size)
    assert page.execute_script("return document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("write", PAGES.values(), ids=PAGES.keys())
def test_everything_that_can_be_used_has_a_name(
    opened: Callable[..., WebDriver], write: Callable[[], Callable[[Path], None]]
) -> None:
    page = opened(write())
    usable = page.find_elements(By.CSS_SELECTOR, "button, a[href], input, select, [role=slider], [role=region]")
    assert usable
    nameless = [one.get_attribute("outerHTML") for one in usable if one.is_displayed() and not one.accessible_name]
    assert nameless == []


CONTRAST = """
const luminance = (rgb) => {
  const linear = (share) => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  const [r, g, b] = rgb.map((value) => linear(value / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const parsed = (text) => text.match(/[\\d.]+/g).map(Number);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = parsed(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour.slice(0, 3);
  }
  return [255, 255, 255];
};
const poor = [];
for (const element of document.querySelectorAll("body *:not(script):not(style):not(noscript)")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const style = getComputedStyle(element);
  if (!own || !element.checkVisibility() || element.closest("[disabled], .sprite")) continue;
  const [a, b] = [luminance(parsed(style.color).slice(0, 3)), luminance(ground(element))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.className} ${element.textContent.trim().slice(0, 30)}`);
}
return poor;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("write", PAGES.values(), ids=PAGES.keys())
def test_text_can_be_told_from_its_ground(
    opened: Callable[..., WebDriver], write: Callable[[], Callable[[Path], None]], scheme: str
) -> None:
    page = opened(write())
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    assert page.execute_script(CONTRAST) == []
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_three_hours_open_and_answer_to_the_keyboard(opened: Callable[..., WebDriver]) -> None:
    turns = tuple(
        make_turn(party, 6.0 * i, "uno dos tres cuatro cinco seis siete ocho nueve diez", end_s=6.0 * i + 5.0)
        for i, party in enumerate((AGENT, CUSTOMER) * 900)
    )
    waveform = {AGENT: (50,) * 108_000, CUSTOMER: (50,) * 108_000}
    recording = make_recording(duration_s=10_800.0)
    page = opened(
        call_page(
            make_document(analysis=make_analysis(recording=recording, turns=turns, waveform=waveform)), sound=None
        )
    )
    page.execute_script("[...document.querySelectorAll('.party-customer .at')].at(-1).click()")
    until(page, "document.getElementById('now').textContent === '2:59:54'")
    assert until(page, "document.querySelector('.spoken')?.textContent") == "uno"
    scrolled = "document.getElementById('transcript').scrollTop > 1000"
    assert until(page, scrolled)
