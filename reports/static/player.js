// The clock of a page: an audio element, or without sound a position that only seeks.

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (figure) => String(figure).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

class Player {
  constructor(audio, durationS) {
    this.audio = audio;
    this.durationS = durationS;
    this.silentS = 0;
    this.stopS = null;
    this.listeners = [];
    if (!audio) return;
    for (const name of ["play", "pause", "seeked", "ended"]) audio.addEventListener(name, () => this.tell());
    audio.addEventListener("timeupdate", () => this.heard());
    audio.addEventListener("play", () => this.follow());
    audio.addEventListener("pause", () => { if (!audio.seeking) this.stopS = null; });
  }

  get nowS() { return this.audio ? this.audio.currentTime : this.silentS; }

  get playing() { return Boolean(this.audio) && !this.audio.paused; }

  onChange(listener) { this.listeners.push(listener); }

  tell() { for (const listener of this.listeners) listener(this.nowS, this.playing); }

  heard() {
    if (this.stopS !== null && this.nowS >= this.stopS) this.audio.pause();
    this.tell();
  }

  // Every frame while it plays, so that the cursor glides; a hidden page gets `timeupdate` alone.
  follow() {
    if (!this.playing) return;
    this.heard();
    requestAnimationFrame(() => this.follow());
  }

  seek(seconds) {
    const to = Math.min(Math.max(0, seconds), this.durationS);
    this.stopS = null;
    if (this.audio) this.audio.currentTime = to;
    else this.silentS = to;
    this.tell();
  }

  play() { return this.audio ? this.audio.play().catch(() => this.tell()) : undefined; }

  playSpan(startS, endS) {
    this.seek(startS);
    this.stopS = endS;
    this.play();
  }

  toggle() {
    if (this.playing) this.audio.pause();
    else this.play();
  }
}

// One leg of a two-channel recording alone. The graph is built when first asked for: until then the browser plays as it likes.
class Legs {
  constructor(audio) { this.audio = audio; this.gains = null; }

  choose(leg) {
    if (!this.gains) this.build();
    this.gains.forEach((gain, index) => { gain.gain.value = leg === "all" || Number(leg) === index ? 1 : 0; });
  }

  build() {
    const context = new AudioContext();
    const splitter = context.createChannelSplitter(2);
    context.createMediaElementSource(this.audio).connect(splitter);
    this.gains = [0, 1].map((channel) => {
      const gain = context.createGain();
      splitter.connect(gain, channel);
      gain.connect(context.destination);
      return gain;
    });
    this.audio.addEventListener("play", () => context.resume());
    context.resume();
  }
}
