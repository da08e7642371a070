// The list of events. Only the rows that can be seen exist.

const ROW = 44;
const BAD = new Set(["dead lettered", "lost", "discarded", "failed", "returned", "nacked", "timed out", "instance stopped"]);

class EventLog {
  constructor(rows, sizer, filter, counter, trace, chosen) {
    this.rows = rows;
    this.sizer = sizer;
    this.filter = filter;
    this.counter = counter;
    this.trace = trace;
    this.chosen = chosen;
    this.position = -1;
    this.living = new Map();
    rows.addEventListener("scroll", () => this.fill());
    rows.addEventListener("click", event => {
      const row = event.target.closest(".row");
      if (row) chosen(Number(row.dataset.event));
    });
    filter.addEventListener("input", () => this.refilter());
    new ResizeObserver(() => this.fill()).observe(rows);
    this.refilter();
  }

  /** Everything that a word of the filter may be found in. */
  textOf(i) {
    const { trace } = this;
    const message = trace.message[i];
    return `${trace.kindName(i)} ${trace.name(trace.data.events.subject[i])} ${trace.typeName(message)} ` +
      `${trace.keyText(message)} ${trace.details(i)}`.toLowerCase();
  }

  refilter() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = Array.from({ length: this.trace.count }, (_, i) => i);
    this.matches = words.length === 0 ? all : all.filter(i => {
      const text = this.textOf(i).toLowerCase();
      // "m-1" is one message, not also m-17.
      return words.every(word => /^m-\d+$/.test(word) ? this.trace.message[i] === Number(word.slice(2)) : text.includes(word));
    });
    this.counter.textContent = words.length === 0 ? this.trace.count.toLocaleString("en")
      : `${this.matches.length.toLocaleString("en")} of ${this.trace.count.toLocaleString("en")}`;
    this.sizer.style.height = `${this.matches.length * ROW}px`;
    this.living.forEach(row => row.remove());
    this.living.clear();
    this.show(this.position, true);
  }

  show(position, follow) {
    this.position = position;
    if (follow) {
      const row = Math.max(0, lastNotAbove(this.matches, position));
      const top = row * ROW;
      if (top < this.rows.scrollTop || top + 2 * ROW > this.rows.scrollTop + this.rows.clientHeight)
        this.rows.scrollTop = Math.max(0, top - this.rows.clientHeight / 2);
    }
    this.fill();
    this.living.forEach((row, i) => this.mark(row, i));
  }

  mark(row, i) {
    row.classList.toggle("now", i === this.position);
    row.classList.toggle("later", i > this.position);
  }

  fill() {
    const first = Math.max(0, Math.floor(this.rows.scrollTop / ROW) - 2);
    const last = Math.min(this.matches.length, Math.ceil((this.rows.scrollTop + this.rows.clientHeight) / ROW) + 2);
    const wanted = new Set(this.matches.slice(first, last));
    for (const [i, row] of this.living) {
      if (wanted.has(i)) continue;
      row.remove();
      this.living.delete(i);
    }
    for (let place = first; place < last; ++place) {
      const i = this.matches[place];
      if (this.living.has(i)) continue;
      const row = this.makeRow(i);
      row.style.top = `${place * ROW}px`;
      this.sizer.appendChild(row);
      this.living.set(i, row);
    }
  }

  makeRow(i) {
    const { trace } = this;
    const message = trace.message[i];
    const kind = trace.kindName(i);
    const row = document.createElement("div");
    row.className = "row";
    row.dataset.event = i;
    if (BAD.has(kind)) row.classList.add("bad");
    if (kind === "late arrival") row.classList.add("late");
    const cell = (name, text) => {
      const span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      row.appendChild(span);
    };
    cell("at", clockText(trace.at[i], 6));
    cell("kind", kind);
    cell("message", message > 0 ? `m-${message}` : "");
    const rest = [trace.name(trace.data.events.subject[i]), trace.typeName(message), trace.keyText(message), trace.details(i)];
    cell("rest", rest.filter(Boolean).join(" · "));
    this.mark(row, i);
    return row;
  }
}
