// The page of one call: puts player, picture, transcript, findings and keyboard together.

const data = JSON.parse(document.getElementById("data").textContent);
const audio = document.getElementById("audio");
const panel = document.getElementById("player");
const player = new Player(audio, data.duration_s);
const timeline = new Timeline(data, player);
const transcript = new Transcript(player);
const byId = (id) => document.getElementById(id);
const JUMP_S = 5;

function select(marker, scroll) {
  for (const element of document.querySelectorAll(".selected")) element.classList.remove("selected");
  const element = byId(`f-${marker.n}`);
  element.classList.add("selected");
  if (scroll) element.scrollIntoView({ block: "nearest" });
  timeline.select(marker);
}

function goTo(marker, scroll) {
  select(marker, scroll);
  player.seek(marker.start_s);
  player.play();
}

// The next finding in time from the chosen one; without one, from where the sound is.
function step(direction) {
  const { markers } = data;
  if (!markers.length) return;
  const chosen = timeline.selected ? markers.findIndex((marker) => marker.n === timeline.selected.n) : -1;
  let next = chosen + direction;
  if (chosen < 0) {
    next = markers.findIndex((marker) => marker.start_s > player.nowS);
    if (direction < 0) next = (next < 0 ? markers.length : next) - 1;
    else if (next < 0) next = 0;
  }
  goTo(markers[(next + markers.length) % markers.length], true);
}

const KEYS = {
  " ": () => player.toggle(),
  ArrowLeft: () => player.seek(player.nowS - JUMP_S),
  ArrowRight: () => player.seek(player.nowS + JUMP_S),
  n: () => step(1),
  p: () => step(-1),
  "+": () => timeline.zoom(0.5),
  "-": () => timeline.zoom(2),
  0: () => timeline.fit(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  const pressing = event.key === " " && event.target.closest("button, a");
  if (!KEYS[event.key] || typing || pressing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-start]");
  if (!button) return;
  const item = button.closest("[data-finding]");
  const marker = item && data.markers.find((candidate) => candidate.n === Number(item.dataset.finding));
  if (marker) select(marker, false);
  player.seek(Number(button.dataset.start));
  player.play();
});

byId("timeline").addEventListener("finding", (event) => goTo(event.detail, true));
byId("play").addEventListener("click", () => player.toggle());
byId("back").addEventListener("click", KEYS.ArrowLeft);
byId("forward").addEventListener("click", KEYS.ArrowRight);
byId("next").addEventListener("click", KEYS.n);
byId("previous").addEventListener("click", KEYS.p);
byId("zoom-in").addEventListener("click", KEYS["+"]);
byId("zoom-out").addEventListener("click", KEYS["-"]);
byId("zoom-fit").addEventListener("click", KEYS[0]);
byId("next").disabled = byId("previous").disabled = data.markers.length === 0;

player.onChange((seconds, playing) => {
  byId("now").textContent = clock(seconds);
  panel.classList.toggle("playing", playing);
  byId("play").setAttribute("aria-label", playing ? byId("play").dataset.pause : byId("play").dataset.play);
  timeline.moveTo(seconds);
  transcript.moveTo(seconds);
});

if (audio) {
  byId("speed").addEventListener("change", (event) => { audio.playbackRate = Number(event.target.value); });
  audio.addEventListener("error", () => { byId("audio-failed").hidden = false; byId("play").disabled = true; });
  // A linked file is of another origin to the browser, and a graph over it would be mute.
  if (data.lanes.length === 2 && audio.src.startsWith("data:")) {
    const legs = new Legs(audio);
    byId("listen-field").hidden = false;
    byId("listen").addEventListener("change", (event) => legs.choose(event.target.value));
  }
} else {
  byId("play").disabled = byId("speed").disabled = true;
}

new ResizeObserver(() => {
  document.documentElement.style.setProperty("--player-height", `${panel.offsetHeight}px`);
}).observe(panel);
document.body.classList.add("ready");
