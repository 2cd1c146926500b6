// The picture of a call: a ruler, a lane a party with its waveform and turns, what happened between, findings below.

const RULER_PX = 20;
const MARKS_PX = 22;
const PHASES_PX = 16;
const TICKS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const SHORTEST_VIEW_S = 4;

function unpacked(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

class Timeline {
  constructor(data, player) {
    this.data = data;
    this.player = player;
    this.box = document.getElementById("timeline");
    this.wave = document.getElementById("wave");
    this.overview = document.getElementById("overview");
    this.playhead = document.getElementById("playhead");
    this.hover = document.getElementById("hover");
    this.peaks = data.lanes.map((lane) => unpacked(lane.peaks));
    // One scale for all lanes: a call is seen whole, and who is quieter stays quieter.
    this.loudest = Math.max(1, ...this.peaks.map((peaks) => peaks.reduce((most, peak) => Math.max(most, peak), 0)));
    this.fromS = 0;
    this.toS = data.duration_s || 1;
    this.selected = null;
    this.listen();
  }

  get widthPx() { return this.box.clientWidth; }

  get zoomed() { return this.toS - this.fromS < this.data.duration_s - 0.01; }

  x(seconds) { return ((seconds - this.fromS) / (this.toS - this.fromS)) * this.widthPx; }

  at(px) { return this.fromS + (px / this.widthPx) * (this.toS - this.fromS); }

  listen() {
    let dragging = false;
    const seek = (event) => this.player.seek(this.at(event.clientX - this.box.getBoundingClientRect().left));
    this.wave.addEventListener("pointerdown", (event) => {
      const marker = this.markerAt(event);
      if (marker) { this.box.dispatchEvent(new CustomEvent("finding", { detail: marker })); return; }
      dragging = true;
      this.wave.setPointerCapture(event.pointerId);
      seek(event);
    });
    this.wave.addEventListener("pointermove", (event) => { if (dragging) seek(event); this.showHover(event); });
    this.wave.addEventListener("pointerup", () => { dragging = false; });
    this.wave.addEventListener("pointercancel", () => { dragging = false; });
    this.wave.addEventListener("pointerleave", () => { this.hover.hidden = true; });
    this.wave.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.overview.addEventListener("pointerdown", (event) => {
      const middleS = (event.offsetX / this.widthPx) * this.data.duration_s;
      this.show(middleS - (this.toS - this.fromS) / 2);
    });
    new ResizeObserver(() => this.draw()).observe(this.box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  wheel(event) {
    if (event.ctrlKey) {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 0.8 : 1.25, this.at(event.offsetX));
    } else if (this.zoomed && Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.show(this.fromS + (event.deltaX / this.widthPx) * (this.toS - this.fromS));
    }
  }

  zoom(factor, aroundS = this.player.nowS) {
    const all = this.data.duration_s;
    const length = Math.min(all, Math.max(Math.min(all, SHORTEST_VIEW_S), (this.toS - this.fromS) * factor));
    const share = Math.min(1, Math.max(0, (aroundS - this.fromS) / (this.toS - this.fromS)));
    this.toS = this.fromS + length;
    this.show(aroundS - share * length);
  }

  fit() { this.fromS = 0; this.toS = this.data.duration_s || 1; this.draw(); }

  show(fromS) {
    const length = this.toS - this.fromS;
    this.fromS = Math.min(Math.max(0, fromS), Math.max(0, this.data.duration_s - length));
    this.toS = this.fromS + length;
    this.draw();
  }

  moveTo(seconds) {
    const length = this.toS - this.fromS;
    if (this.zoomed && (seconds < this.fromS || seconds > this.toS)) this.show(seconds - length * 0.1);
    this.playhead.style.transform = `translateX(${this.x(seconds)}px)`;
    this.playhead.hidden = seconds < this.fromS || seconds > this.toS;
    this.box.setAttribute("aria-valuenow", String(Math.round(seconds)));
    this.box.setAttribute("aria-valuetext", clock(seconds));
  }

  markerAt(event) {
    const fromEnd = this.wave.clientHeight - event.offsetY;
    if (fromEnd > MARKS_PX + PHASES_PX || fromEnd < PHASES_PX) return undefined;
    const near = this.data.markers.filter((marker) => Math.abs(this.x(marker.start_s) - event.offsetX) < 10);
    return near.sort((a, b) => Math.abs(this.x(a.start_s) - event.offsetX) - Math.abs(this.x(b.start_s) - event.offsetX))[0];
  }

  momentAt(event) {
    if (event.offsetY > RULER_PX + 12) return undefined;
    return this.data.moments.concat(this.data.key_moments).find(([atS]) => Math.abs(this.x(atS) - event.offsetX) < 8);
  }

  showHover(event) {
    const marker = this.markerAt(event);
    const moment = this.momentAt(event);
    const seconds = this.at(event.offsetX);
    this.hover.textContent = clock(seconds);
    if (marker) this.hover.textContent = `${clock(marker.start_s)} ${marker.title}`;
    else if (moment) this.hover.textContent = `${clock(moment[0])} ${moment[1]}`;
    this.hover.hidden = false;
    const width = this.hover.offsetWidth;
    this.hover.style.left = `${Math.min(Math.max(0, event.offsetX - width / 2), this.widthPx - width)}px`;
    this.wave.style.cursor = marker ? "pointer" : "";
  }

  select(marker) { this.selected = marker; this.draw(); }

  // Drawing ------------------------------------------------------------------

  context(canvas) {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(canvas.clientWidth * ratio);
    canvas.height = Math.round(canvas.clientHeight * ratio);
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    return context;
  }

  colours() {
    const style = getComputedStyle(document.documentElement);
    return (name) => style.getPropertyValue(`--${name}`).trim();
  }

  draw() {
    if (!this.widthPx) return;
    const colour = this.colours();
    const context = this.context(this.wave);
    const height = this.wave.clientHeight;
    const lanePx = (height - RULER_PX - MARKS_PX - PHASES_PX) / this.data.lanes.length;
    const lanes = { top: RULER_PX, bottom: height - MARKS_PX - PHASES_PX, px: lanePx };
    this.drawRuler(context, colour, lanes);
    this.drawGaps(context, colour, lanes);
    this.drawTurns(context, colour, lanes);
    this.data.lanes.forEach((lane, index) => this.drawWave(context, colour, lanes, index));
    this.drawPatches(context, colour, lanes);
    this.drawOverlaps(context, colour, lanes);
    this.drawMoments(context, colour, lanes);
    this.drawKeyMoments(context, colour, lanes);
    this.drawMarkers(context, colour, height - PHASES_PX);
    this.drawPhases(context, colour, height);
    this.drawOverview(colour);
    this.moveTo(this.player.nowS);
  }

  seen(startS, endS) { return endS >= this.fromS && startS <= this.toS; }

  drawRuler(context, colour, lanes) {
    const pxPerS = this.widthPx / (this.toS - this.fromS);
    const stepS = TICKS_S.find((step) => step * pxPerS >= 64) || TICKS_S[TICKS_S.length - 1];
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "top";
    for (let s = Math.ceil(this.fromS / stepS) * stepS; s <= this.toS; s += stepS) {
      const x = Math.round(this.x(s)) + 0.5;
      context.fillStyle = colour("line");
      context.fillRect(x - 0.5, 14, 1, lanes.bottom - 14);
      context.fillStyle = colour("muted");
      context.textAlign = x < 16 ? "left" : x > this.widthPx - 16 ? "right" : "center";
      context.fillText(clock(s), x, 1);
    }
    context.fillStyle = colour("faint");
    this.data.lanes.forEach((lane, index) => {
      context.fillRect(0, Math.round(lanes.top + (index + 0.5) * lanes.px), this.widthPx, 1);
    });
  }

  pattern(context, kind, colour) {
    const tile = document.createElement("canvas");
    const px = kind === "music" ? 8 : 6;
    tile.width = px; tile.height = px;
    const pen = tile.getContext("2d");
    pen.strokeStyle = pen.fillStyle = colour;
    if (kind === "music") { pen.beginPath(); pen.arc(4, 4, 1.6, 0, 7); pen.fill(); }
    else if (kind === "ring") pen.fillRect(0, 0, 3, px);
    else { pen.lineWidth = 1; pen.beginPath(); pen.moveTo(0, px); pen.lineTo(px, 0); pen.stroke(); }
    return context.createPattern(tile, "repeat");
  }

  drawGaps(context, colour, lanes) {
    const inks = { silence: "line", music: "info", ring: "both" };
    const gaps = this.data.silences.concat(this.data.ring ? [["ring", ...this.data.ring]] : []);
    for (const [kind, startS, endS] of gaps) {
      if (!this.seen(startS, endS)) continue;
      context.globalAlpha = { silence: 1, music: 0.45, ring: 0.2 }[kind] || 1;
      context.fillStyle = this.pattern(context, kind, colour(inks[kind] || "line"));
      context.fillRect(this.x(startS), lanes.top, Math.max(1, this.x(endS) - this.x(startS)), lanes.bottom - lanes.top);
      context.globalAlpha = 1;
    }
  }

  drawTurns(context, colour, lanes) {
    for (const [lane, startS, endS] of this.data.turns) {
      if (!this.seen(startS, endS)) continue;
      const x = this.x(startS);
      context.fillStyle = colour(`${this.data.lanes[lane].party}-soft`);
      context.beginPath();
      context.roundRect(x, lanes.top + lane * lanes.px + 2, Math.max(1.5, this.x(endS) - x), lanes.px - 4, 4);
      context.fill();
    }
  }

  drawWave(context, colour, lanes, index) {
    const peaks = this.peaks[index];
    const perPx = ((this.toS - this.fromS) * this.data.peaks_per_second) / this.widthPx;
    const middle = lanes.top + (index + 0.5) * lanes.px;
    const stepPx = perPx < 0.5 ? Math.max(2, Math.floor(1 / perPx) - 1) : 1;
    context.fillStyle = colour(this.data.lanes[index].party);
    for (let x = 0; x < this.widthPx; x += stepPx) {
      const first = Math.floor(this.fromS * this.data.peaks_per_second + x * perPx);
      const last = Math.max(first + 1, Math.floor(this.fromS * this.data.peaks_per_second + (x + stepPx) * perPx));
      let peak = 0;
      for (let i = first; i < last && i < peaks.length; i += 1) if (peaks[i] > peak) peak = peaks[i];
      const half = (peak / this.loudest) * (lanes.px / 2 - 4);
      if (half >= 0.3) context.fillRect(x, middle - half, Math.max(1, stepPx - 1), 2 * half);
    }
  }

  // Sound that is not what was said: made up for lost packets, or nothing captured.
  drawPatches(context, colour, lanes) {
    for (const [kind, lane, startS, endS] of this.data.patches) {
      if (!this.seen(startS, endS)) continue;
      const x = this.x(startS);
      const width = Math.max(2, this.x(endS) - x);
      const top = lanes.top + (lane === null ? 0 : lane * lanes.px);
      const height = lane === null ? lanes.px * this.data.lanes.length : lanes.px;
      context.fillStyle = colour(kind === "missing" ? "critical" : "warning");
      context.globalAlpha = 0.18;
      if (kind === "missing") context.fillRect(x, top + 2, width, height - 4);
      context.globalAlpha = 1;
      context.fillRect(x, top + height - 5, width, 3);
    }
  }

  drawMoments(context, colour, lanes) {
    context.fillStyle = context.strokeStyle = colour("both");
    for (const [startS, endS] of this.data.held) {
      if (!this.seen(startS, endS)) continue;
      context.fillRect(this.x(startS), lanes.top, Math.max(2, this.x(endS) - this.x(startS)), 3);
    }
    for (const [atS] of this.data.moments) {
      if (!this.seen(atS, atS)) continue;
      const x = Math.round(this.x(atS)) + 0.5;
      context.lineWidth = 1;
      context.setLineDash([3, 3]);
      context.beginPath(); context.moveTo(x, lanes.top); context.lineTo(x, lanes.bottom); context.stroke();
      context.setLineDash([]);
      context.beginPath(); context.moveTo(x - 5, lanes.top - 1); context.lineTo(x + 5, lanes.top - 1); context.lineTo(x, lanes.top + 6); context.fill();
    }
  }

  // Moments of truth: diamonds on the ruler's edge.
  drawKeyMoments(context, colour, lanes) {
    context.fillStyle = colour("ink");
    for (const [atS] of this.data.key_moments) {
      if (!this.seen(atS, atS)) continue;
      const x = this.x(atS);
      context.beginPath();
      context.moveTo(x, lanes.top - 5); context.lineTo(x + 4, lanes.top); context.lineTo(x, lanes.top + 5); context.lineTo(x - 4, lanes.top);
      context.fill();
    }
  }

  drawPhases(context, colour, height) {
    context.font = "10px system-ui, sans-serif";
    context.textBaseline = "middle";
    context.textAlign = "left";
    for (const [name, startS, endS] of this.data.phases) {
      if (!this.seen(startS, endS)) continue;
      const x = Math.max(0, this.x(startS));
      const width = Math.max(2, Math.min(this.widthPx, this.x(endS)) - x - 2);
      context.fillStyle = colour("faint");
      context.beginPath();
      context.roundRect(x, height - PHASES_PX + 2, width, PHASES_PX - 3, 3);
      context.fill();
      context.fillStyle = colour("muted");
      if (context.measureText(name).width + 8 < width) context.fillText(name, x + 4, height - PHASES_PX / 2 + 1);
    }
  }

  drawOverlaps(context, colour, lanes) {
    const inks = { interruption: "critical", attempt: "warning", backchannel: "met" };
    for (const [kind, startS, endS] of this.data.overlaps) {
      if (!inks[kind] || !this.seen(startS, endS)) continue;
      const x = this.x(startS);
      const width = Math.max(3, this.x(endS) - x);
      context.fillStyle = colour(inks[kind]);
      context.globalAlpha = kind === "backchannel" ? 0.12 : 0.2;
      context.fillRect(x, lanes.top, width, lanes.bottom - lanes.top);
      context.globalAlpha = kind === "backchannel" ? 0.6 : 1;
      context.beginPath();
      context.roundRect(x, lanes.top + lanes.px - 3, width, 6, 3);
      context.fill();
      context.globalAlpha = 1;
    }
  }

  drawMarkers(context, colour, height) {
    const inks = { critical: "critical", not_met: "critical", warning: "warning", violation: "warning", info: "info", met: "met" };
    const y = height - MARKS_PX / 2 + 1;
    context.fillStyle = colour("faint");
    context.fillRect(0, y - 0.5, this.widthPx, 1);
    const order = [...this.data.markers].sort((a, b) => (a.state === "met" ? 0 : 1) - (b.state === "met" ? 0 : 1));
    for (const marker of order) {
      if (!this.seen(marker.start_s, marker.end_s)) continue;
      const chosen = this.selected && this.selected.n === marker.n;
      const x = this.x(marker.start_s);
      context.fillStyle = colour(inks[marker.state] || "none");
      context.globalAlpha = 0.35;
      context.beginPath();
      context.roundRect(x, y - 3, Math.max(0, this.x(marker.end_s) - x), 6, 3);
      context.fill();
      context.globalAlpha = 1;
      const radius = (marker.state === "met" ? 3.5 : 5.5) + (chosen ? 2 : 0);
      context.beginPath();
      context.arc(Math.min(Math.max(radius, x), this.widthPx - radius), y, radius, 0, 7);
      context.fill();
      context.lineWidth = chosen ? 2 : 1;
      context.strokeStyle = colour(chosen ? "ink" : "card");
      context.stroke();
    }
  }

  drawOverview(colour) {
    this.overview.hidden = !this.zoomed;
    if (!this.zoomed) return;
    const context = this.context(this.overview);
    const scale = this.widthPx / this.data.duration_s;
    for (const [lane, startS, endS] of this.data.turns) {
      context.fillStyle = colour(this.data.lanes[lane].party);
      context.globalAlpha = 0.6;
      const half = 16 / this.data.lanes.length;
      context.fillRect(startS * scale, lane * half + 2, Math.max(1, (endS - startS) * scale), half - 4);
    }
    context.globalAlpha = 1;
    context.strokeStyle = colour("ink");
    context.lineWidth = 2;
    context.strokeRect(this.fromS * scale + 1, 1, Math.max(4, (this.toS - this.fromS) * scale - 2), 14);
  }
}
