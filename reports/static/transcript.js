// The transcript that follows the sound: the turn and the word being heard are marked and kept in view.

const HANDS_OFF_MS = 4000;

class Transcript {
  constructor(player) {
    this.box = document.getElementById("transcript");
    this.follow = document.getElementById("follow");
    this.where = document.getElementById("where");
    this.entries = [...this.box.querySelectorAll("[data-end]")].map((element) => ({
      element,
      startS: Number(element.dataset.start),
      endS: Number(element.dataset.end),
      words: [...element.querySelectorAll("[data-t]")],
    }));
    this.current = new Set();
    this.spoken = new Set();
    this.touchedMs = -Infinity;
    for (const name of ["wheel", "touchmove", "keydown"]) {
      this.box.addEventListener(name, () => { this.touchedMs = performance.now(); }, { passive: true });
    }
    this.box.addEventListener("click", (event) => {
      const word = event.target.closest("[data-t]");
      if (!word) return;
      player.seek(Number(word.dataset.t));
      player.play();
    });
  }

  moveTo(seconds) {
    const current = new Set();
    const spoken = new Set();
    for (const entry of this.entries) {
      if (entry.startS > seconds) break;
      if (entry.endS <= seconds) continue;
      current.add(entry.element);
      const word = this.wordAt(entry.words, seconds);
      if (word) spoken.add(word);
    }
    this.mark(this.current, current, "now");
    this.mark(this.spoken, spoken, "spoken");
    const changed = [...current].find((element) => !this.current.has(element));
    this.current = current;
    this.spoken = spoken;
    if (changed) this.reveal(changed);
  }

  wordAt(words, seconds) {
    let low = 0;
    let high = words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(words[middle].dataset.t) <= seconds) low = middle + 1;
      else high = middle;
    }
    return words[low - 1];
  }

  mark(before, after, name) {
    for (const element of before) if (!after.has(element)) element.classList.remove(name);
    for (const element of after) if (!before.has(element)) element.classList.add(name);
  }

  reveal(element) {
    const head = element.querySelector(".turn-head b");
    this.where.textContent = head ? head.textContent : element.textContent.trim();
    if (!this.follow.checked || performance.now() - this.touchedMs < HANDS_OFF_MS) return;
    this.box.scrollTop = element.offsetTop - this.box.clientHeight / 3;
  }
}
