// Brings the parts together: the instant that is shown, playing, and the keyboard.

class Player {
  constructor(data, drawingData) {
    const find = id => document.getElementById(id);
    this.trace = new Trace(data);
    this.stage = find("stage");
    this.paper = find("paper");
    this.drawing = new Drawing(this.paper, drawingData, this.trace);
    this.timeline = new Timeline(find("timeline"), find("lanes"), find("playhead"), this.trace, time => this.seek(time));
    this.log = new EventLog(find("rows"), find("sizer"), find("filter"), find("filter-count"), this.trace, i => {
      this.seek(this.trace.at[i], i);
      this.panels.showMessage(this.trace.message[i]);
    });
    this.panels = new Panels(find("panel-notes"), find("panel-message"), this.trace, this.drawing,
      (time, position) => this.seek(time, position), id => this.openMessage(id));
    this.clock = find("clock");
    this.playButton = find("play");
    this.dead = this.indicesOf("dead lettered");
    this.time = this.trace.from;
    this.position = -1;
    this.playing = false;
    find("range").textContent = [data.scenario, `${clockText(data.from)} to ${clockText(data.to)}`,
      `${this.trace.count.toLocaleString("en")} events`].filter(Boolean).join(" · ");
    this.fillSpeeds(find("speed"));
    this.listen(find);
    this.setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    this.fit();
    this.seek(this.trace.from, -1);
  }

  indicesOf(name) {
    const number = this.trace.kindNumber.get(name);
    const found = [];
    this.trace.data.events.kind.forEach((kind, i) => kind === number && found.push(i));
    return found;
  }

  fillSpeeds(select) {
    const seconds = (this.trace.to - this.trace.from) / 1e9;
    const speeds = [0.0001, 0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60, 600, 3600];
    // Real time where that is watchable; else what takes about half a minute.
    const wanted = seconds >= 5 && seconds <= 90 ? 1
      : speeds.find(speed => seconds / speed <= (seconds < 5 ? 15 : 40)) || speeds[speeds.length - 1];
    for (const speed of speeds)
      select.add(new Option(speed < 1 ? `1/${Math.round(1 / speed)} ×` : `${speed} ×`, String(speed), speed === wanted, speed === wanted));
    this.speed = wanted;
    select.addEventListener("change", () => { this.speed = Number(select.value); });
  }

  listen(find) {
    const on = (id, action) => find(id).addEventListener("click", action);
    on("play", () => this.togglePlaying());
    on("to-start", () => this.seek(this.trace.from, -1));
    on("to-end", () => this.seek(this.trace.to));
    on("step-on", () => this.step(1));
    on("step-back", () => this.step(-1));
    on("dead-on", () => this.jump(this.dead, 1));
    on("dead-back", () => this.jump(this.dead, -1));
    on("zoom-in", () => this.setZoom(this.zoom * 1.25));
    on("zoom-out", () => this.setZoom(this.zoom / 1.25));
    on("zoom-fit", () => this.fit());
    on("theme", () => this.setTheme(this.drawing.theme === "dark" ? "light" : "dark"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", event => this.setTheme(event.matches ? "dark" : "light"));
    find("jump-dead").hidden = this.dead.length === 0;
    this.deadCount = find("dead-count");
    const tabs = ["log", "notes", "message"];
    for (const name of tabs) on(`tab-${name}`, () => this.openTab(name));
    this.openTab = name => {
      for (const tab of tabs) {
        find(`tab-${tab}`).setAttribute("aria-selected", String(tab === name));
        find(`panel-${tab}`).hidden = tab !== name;
      }
      if (name === "log") this.log.show(this.position, true);
    };
    this.drawing.svg.addEventListener("click", event => {
      const token = event.target.closest("[data-message]");
      const element = event.target.closest("[data-entity]");
      if (token) this.openMessage(Number(token.dataset.message));
      else if (element) this.filterBy(this.trace.name(Number(element.dataset.entity)));
    });
    document.addEventListener("keydown", event => this.key(event));
    new ResizeObserver(() => { if (this.fitted) this.fit(); }).observe(this.stage);
  }

  filterBy(name) {
    this.openTab("log");
    this.log.filter.value = name;
    this.log.refilter();
  }

  openMessage(id) {
    this.panels.showMessage(id);
    this.openTab("message");
  }

  key(event) {
    const typing = /^(input|select|textarea)$/i.test(event.target.tagName);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const leap = (this.trace.to - this.trace.from) / 20;
    const actions = {
      " ": () => this.togglePlaying(),
      ArrowRight: () => event.shiftKey ? this.seek(this.time + leap) : this.step(1),
      ArrowLeft: () => event.shiftKey ? this.seek(this.time - leap) : this.step(-1),
      Home: () => this.seek(this.trace.from, -1),
      End: () => this.seek(this.trace.to),
      d: () => this.jump(this.dead, 1),
      D: () => this.jump(this.dead, -1),
      "+": () => this.setZoom(this.zoom * 1.25),
      "-": () => this.setZoom(this.zoom / 1.25),
      0: () => this.fit(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  setTheme(name) {
    this.drawing.setTheme(name);
    this.timeline.paint();
  }

  fit() {
    const [, , width, height] = this.drawing.data.area;
    const room = Math.min(this.stage.clientWidth / width, Math.max(120, this.stage.clientHeight) / height);
    // On a narrow screen the names stay readable, and the drawing scrolls.
    this.setZoom(Math.max(0.5, Math.min(2, room)));
    this.fitted = true;
  }

  setZoom(zoom) {
    this.zoom = Math.max(0.1, Math.min(8, zoom));
    this.fitted = false;
    const [, , width, height] = this.drawing.data.area;
    this.paper.style.width = `${width * this.zoom}px`;
    this.paper.style.height = `${height * this.zoom}px`;
  }

  /** An instant: all that happened up to a time, or up to one of several events at that time. */
  seek(time, position) {
    this.time = Math.max(this.trace.from, Math.min(this.trace.to, time));
    this.position = position === undefined ? this.trace.positionAt(this.time) : position;
    this.show(true);
  }

  step(by) {
    this.pause();
    const position = this.position + by;
    if (position < -1 || position >= this.trace.count) return;
    this.seek(position < 0 ? this.trace.from : this.trace.at[position], position);
  }

  /** To the next or previous of some events. */
  jump(indices, by) {
    this.pause();
    const place = by > 0 ? indices.find(i => i > this.position) : indices.filter(i => i < this.position).pop();
    if (place === undefined) return;
    this.seek(this.trace.at[place], place);
    this.panels.showMessage(this.trace.message[place]);
  }

  togglePlaying() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.time >= this.trace.to) this.seek(this.trace.from, -1);
    this.playing = true;
    this.shownPlaying();
    let last = null;
    const frame = now => {
      if (!this.playing) return;
      const passed = last === null ? 0 : Math.min(100, now - last);
      last = now;
      this.time = Math.min(this.trace.to, this.time + passed * 1e6 * this.speed);
      this.position = this.trace.positionAt(this.time);
      this.show(true);
      if (this.time >= this.trace.to) this.pause();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  pause() {
    this.playing = false;
    this.shownPlaying();
  }

  shownPlaying() {
    this.playButton.classList.toggle("playing", this.playing);
    this.playButton.setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  show(follow) {
    this.drawing.show(this.position, this.time);
    this.timeline.show(this.time);
    this.log.show(this.position, follow);
    this.clock.textContent = `${clockText(this.time, 6)}`;
    const passed = this.dead.filter(i => i <= this.position).length;
    this.deadCount.textContent = `${passed} of ${this.dead.length} dead letters`;
  }

  /** What the drawing shows now, by element: for tests, and for whoever embeds the page. */
  state() {
    const elements = {};
    for (const element of this.drawing.data.elements)
      elements[this.trace.data.entities[element.entity].id] = this.drawing.figuresOf(element, this.position);
    return { time: this.time, position: this.position, elements,
      tokens: this.trace.transits(this.position, this.time).map(way => [way.message, this.trace.data.entities[way.link].id]) };
  }
}

const read = id => JSON.parse(document.getElementById(id).textContent);
window.player = new Player(read("trace"), read("drawing"));
