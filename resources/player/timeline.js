// The lanes under the drawing: how much happened, dead letters, late arrivals, notes; and the playhead over them.

class Timeline {
  constructor(host, canvas, playhead, trace, seek) {
    this.host = host;
    this.canvas = canvas;
    this.playhead = playhead;
    this.trace = trace;
    const number = name => trace.kindNumber.get(name);
    const timesOf = name => trace.at.filter((_, i) => trace.data.events.kind[i] === number(name));
    this.dead = timesOf("dead lettered");
    this.late = timesOf("late arrival");
    const pick = event => {
      const box = host.getBoundingClientRect();
      const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
      seek(trace.from + share * (trace.to - trace.from));
    };
    host.addEventListener("pointerdown", event => {
      host.setPointerCapture(event.pointerId);
      pick(event);
    });
    host.addEventListener("pointermove", event => {
      if (host.hasPointerCapture(event.pointerId)) pick(event);
    });
    new ResizeObserver(() => this.paint()).observe(host);
  }

  share(time) {
    return this.trace.to > this.trace.from ? (time - this.trace.from) / (this.trace.to - this.trace.from) : 0;
  }

  show(time) {
    const share = Math.max(0, Math.min(1, this.share(time)));
    this.playhead.style.left = `${share * 100}%`;
    this.host.setAttribute("aria-valuenow", (share * 100).toFixed(1));
    this.host.setAttribute("aria-valuetext", clockText(time));
  }

  paint() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.max(1, Math.round(this.host.clientWidth * ratio));
    const height = Math.max(1, Math.round(this.host.clientHeight * ratio));
    this.canvas.width = width;
    this.canvas.height = height;
    const painter = this.canvas.getContext("2d");
    const colour = role => getComputedStyle(document.documentElement).getPropertyValue(`--${role}`);
    const step = 3 * ratio;
    const columns = new Array(Math.ceil(width / step)).fill(0);
    for (const at of this.trace.at)
      ++columns[Math.min(columns.length - 1, Math.floor(this.share(at) * columns.length))];
    const most = Math.max(1, ...columns);
    painter.fillStyle = colour("accent");
    painter.globalAlpha = 0.5;
    columns.forEach((count, i) => {
      const tall = count === 0 ? 0 : Math.max(ratio, Math.sqrt(count / most) * height * 0.6);
      painter.fillRect(i * step, height - tall, step - ratio, tall);
    });
    painter.globalAlpha = 1;
    const ticks = (times, role, top, tall) => {
      painter.fillStyle = colour(role);
      for (const at of times) painter.fillRect(this.share(at) * width - ratio, top, 2 * ratio, tall);
    };
    ticks(this.late, "late", height * 0.22, height * 0.16);
    ticks(this.dead, "danger", 0, height * 0.2);
    painter.fillStyle = colour("text");
    for (const note of this.trace.data.notes) {
      const x = this.share(note.at) * width;
      painter.beginPath();
      painter.moveTo(x, height * 0.4);
      painter.lineTo(x + 7 * ratio, height * 0.3);
      painter.lineTo(x, height * 0.2);
      painter.fill();
      painter.fillRect(x, height * 0.2, ratio, height * 0.8);
    }
  }
}
