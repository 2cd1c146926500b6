// The agent's page: each moment has a button that plays just that span, and a second press stops it.

const audio = document.getElementById("audio");
const player = new Player(audio, Number(document.getElementById("page").dataset.duration));
const LEAD_S = 0.3;
let sounding = null;

function mark(button) {
  if (sounding) {
    sounding.classList.remove("playing");
    sounding.querySelector("span").textContent = sounding.dataset.label;
  }
  sounding = button;
  if (!button) return;
  button.dataset.label = button.querySelector("span").textContent;
  button.classList.add("playing");
  button.querySelector("span").textContent = button.dataset.stop;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button.listen");
  if (!button) return;
  if (button === sounding) { audio.pause(); return; }
  mark(button);
  player.playSpan(Math.max(0, Number(button.dataset.start) - LEAD_S), Number(button.dataset.end) + LEAD_S);
});

if (audio) {
  audio.addEventListener("pause", () => { if (sounding && (audio.ended || !audio.seeking)) mark(null); });
  audio.addEventListener("error", () => { document.getElementById("audio-failed").hidden = false; });
}
