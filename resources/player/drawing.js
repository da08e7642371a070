// The drawing at an instant: the still picture comes from the program, light and dark; over it lie the parts that
// move, painted by the same rules and at the same places as in the program.

const SVG = "http://www.w3.org/2000/svg";
const STANDING = 5.5;      // radius of a token
const SINGLE = 5;          // messages of a queue that stand one by one
const DEEPEST = 20000;     // what a queue's scale tells apart
const TRAIL = 90;          // behind a dead letter
const PIP = 3.9;
const INK = "#1c1004";
const GROUPS = 6;

function make(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Attributes may not hold var() everywhere; styles may. */
function paint(element, style) {
  for (const key in style) element.style.setProperty(key, style[key]);
  return element;
}

/** "1,204", "12.3k", "4.1M". */
function shortCount(count) {
  if (count < 10000) return count.toLocaleString("en");
  const suffixes = ["k", "M", "G", "T", "P"];
  let value = count / 1000;
  let unit = 0;
  while (value >= 999.5 && unit + 1 < suffixes.length) {
    value /= 1000;
    ++unit;
  }
  return value.toFixed(value < 99.95 ? 1 : 0) + suffixes[unit];
}

class Drawing {
  constructor(host, data, trace) {
    this.data = data;
    this.trace = trace;
    this.svg = make("svg", { class: "live", viewBox: data.area.join(" "), role: "img", "aria-label": data.title });
    this.flows = this.svg.appendChild(make("g", {}));
    this.elements = this.svg.appendChild(make("g", {}));
    this.tokens = this.svg.appendChild(make("g", {}));
    host.appendChild(this.svg);
    this.shown = data.elements.map(element => {
      const group = this.elements.appendChild(make("g", { "data-entity": element.entity }));
      return { element, group, signature: null };
    });
    this.linkOf = new Map(data.links.map(link => [link.entity, link]));
    this.theme = null;
  }

  /** The program's colours as custom properties. */
  setTheme(name) {
    this.theme = name;
    const root = document.documentElement;
    root.dataset.theme = name;
    for (const [role, colour] of Object.entries(this.data.themes[name])) root.style.setProperty(`--${role}`, colour);
  }

  /** What the page shows of an element, figure by figure: for the painting, and for tests. */
  figuresOf(element, position) {
    const trace = this.trace;
    const id = element.entity;
    const of = (name, index) => trace.figure(position, id, name, index);
    const figures = { late: of("late"), actions: of("actions") };
    switch (element.kind) {
      case "queue":
        return { ...figures, ready: of("ready"), unacknowledged: of("unacknowledged"), replyQueues: of("replyQueues"),
          deadLettered: element.queue.dead ? of("deadLettered") : 0, line: trace.line(position, id) };
      case "topic": {
        const ends = [];
        const lags = [];
        for (let p = 0; p < element.topic.partitions; ++p) ends.push(of("end", p));
        for (let g = 0; g < element.topic.groups; ++g)
          lags.push(ends.map((end, p) => Math.max(0, end - of("position", g * ends.length + p))));
        return { ...figures, ends, lags };
      }
      case "table": return { ...figures, rows: of("rows"), freshness: of("freshness") };
      case "database": return { ...figures, rows: of("rows") };
      case "cache": return { ...figures, in: of("in") };
      case "client": return { ...figures, out: of("out") };
      case "service": case "gateway": case "processor": case "external":
        return { ...figures, out: of("out"), instances: trace.instances(position, id) };
      default: return figures;
    }
  }

  show(position, time) {
    for (const shown of this.shown) {
      const figures = this.figuresOf(shown.element, position);
      const signature = JSON.stringify(figures);
      if (signature === shown.signature) continue;
      shown.signature = signature;
      shown.group.replaceChildren();
      this.paintElement(shown.group, shown.element, figures);
    }
    this.showTokens(position, time);
  }

  paintElement(g, element, figures) {
    const [x, y, width, height] = element.box;
    const own = role => `var(--${element.kind}-${role})`;
    g.appendChild(make("rect", { class: "hit", x, y, width, height }));
    switch (element.kind) {
      case "queue": this.paintQueue(g, element, figures, own); break;
      case "topic": this.paintTopic(g, element, figures, own); break;
      case "table": this.paintTable(g, element, figures, own); break;
      case "service": case "gateway": case "processor": case "external":
        this.paintService(g, element, figures, own);
        break;
      case "client": this.paintFigure(g, element.figure, figures.out, own); break;
      case "database": this.paintFigure(g, element.figure, figures.rows, own); break;
      case "cache": this.paintFigure(g, element.figure, figures.in, own); break;
    }
    this.paintMarks(g, element, figures);
  }

  text(g, string, [x, y, width, height], anchor, size, weight, colour) {
    const at = anchor === "start" ? x : anchor === "end" ? x + width : x + width / 2;
    g.appendChild(paint(make("text", { x: at, y: y + height / 2, dy: "0.35em", "text-anchor": anchor,
      "font-size": size, "font-weight": weight }, string), { fill: colour }));
  }

  paintFigure(g, box, count, own) {
    if (count > 0) this.text(g, shortCount(count), box, "middle", 12, 600, own("text"));
  }

  paintService(g, element, { out, instances }, own) {
    const running = instances.filter(busy => busy >= 0);
    if (instances.length > 0 && running.length === 0)
      g.appendChild(paint(make("path", { d: element.outline, "fill-opacity": 0.14, "stroke-width": 2 }),
        { fill: "var(--danger)", stroke: "var(--danger)" }));
    const service = element.service;
    if (!service) return;
    const busy = running.reduce((sum, one) => sum + one, 0);
    const share = running.length === 0 ? 0 : Math.min(1, busy / (running.length * service.concurrency));
    const [x, y, width, height] = service.bar;
    if (width * share > 0.5)
      g.appendChild(paint(make("rect", { x, y, width: width * share, height, rx: 1.5 }), { fill: own("hue") }));
    const pips = Math.min(instances.length, service.mostPips);
    for (let i = 0; i < pips; ++i)
      this.paintPip(g, service.pip[0] + i * service.step, service.pip[1], instances[i], service.concurrency, own);
    const text = instances.length > pips ? `${shortCount(running.length)}/${shortCount(instances.length)}`
      : out > 0 ? shortCount(out) : "";
    if (text)
      this.text(g, text, [element.box[0] + 10, service.pip[1] - 8, element.box[2] - 22, 16], "end", 10, 400, own("text"));
  }

  paintPip(g, x, y, busy, concurrency, own) {
    if (busy < 0) {
      const a = PIP * 0.7;
      g.appendChild(paint(make("path", {
        d: `M${x - PIP} ${y}a${PIP} ${PIP} 0 1 0 ${2 * PIP} 0a${PIP} ${PIP} 0 1 0 ${-2 * PIP} 0` +
          `M${x - a} ${y - a}l${2 * a} ${2 * a}M${x - a} ${y + a}l${2 * a} ${-2 * a}`,
        "stroke-width": 1.5, "stroke-linecap": "round" }), { fill: own("fill"), stroke: "var(--danger)" }));
      return;
    }
    g.appendChild(paint(make("circle", { cx: x, cy: y, r: PIP, "stroke-width": 1.3 }),
      { fill: own("fill"), stroke: own("line") }));
    const share = Math.min(1, busy / concurrency);
    if (share >= 1) {
      g.appendChild(paint(make("circle", { cx: x, cy: y, r: PIP }), { fill: own("line") }));
    } else if (share > 0) {
      const angle = share * 2 * Math.PI;
      g.appendChild(paint(make("path", { d: `M${x} ${y}v${-PIP}A${PIP} ${PIP} 0 ${share > 0.5 ? 1 : 0} 1 ` +
        `${x + PIP * Math.sin(angle)} ${y - PIP * Math.cos(angle)}Z` }), { fill: own("line") }));
    }
  }

  /** How far from the consumer's end the `count`th message of a queue stands. */
  distance(queue, count) {
    if (count <= SINGLE) return queue.even * count / SINGLE;
    const share = Math.log10(count / SINGLE) / Math.log10(DEEPEST / SINGLE);
    return queue.even + (queue.room - queue.even) * Math.min(1, share);
  }

  paintQueue(g, element, figures, own) {
    const queue = element.queue;
    const place = count => queue.begin + queue.direction * this.distance(queue, count);
    if (figures.ready > SINGLE) {
      const a = place(SINGLE);
      const b = place(figures.ready);
      g.appendChild(paint(make("rect", { x: Math.min(a, b), y: queue.y - 8, width: Math.abs(b - a), height: 16, rx: 2,
        "fill-opacity": "var(--bandOpacity)" }), { fill: own("line"), "fill-opacity": "var(--bandOpacity)" }));
    }
    figures.line.slice(0, SINGLE).forEach((message, i) =>
      this.paintToken(g, [place(i + 0.5), queue.y], message, 0));
    if (figures.ready > SINGLE)
      for (let power = 10; power <= 10000; power *= 10)
        g.appendChild(paint(make("path", { d: `M${place(power)} ${queue.y + 10}v4` }), { stroke: own("half") }));
    const aside = figures.unacknowledged > 0 ? "+" + shortCount(figures.unacknowledged)
      : figures.replyQueues > 0 ? "×" + shortCount(figures.replyQueues) : "";
    const [x, y, width, height] = queue.figure;
    this.text(g, shortCount(figures.ready), [x, y - (aside ? 6 : 0), width, height], "middle",
      figures.ready < 10000 ? 13 : 11, 600, own("text"));
    if (aside) this.text(g, aside, [x, y + 8, width, height], "middle", 10, 400, own("text"));
  }

  paintTopic(g, element, { ends, lags }, own) {
    const { lanes, aLane } = element.topic;
    const length = count => count <= 10 ? count * 5 : (10 + 4 * Math.log10(count / 10)) * 5;
    lanes.forEach(([x, y, width, height], lane) => {
      const figures = height >= 9;
      const head = x + width - (figures ? 34 : 4);
      const sum = column => column.slice(lane * aLane, (lane + 1) * aLane).reduce((a, b) => a + b, 0);
      const reach = count => Math.min(length(count), head - x);
      const end = sum(ends);
      if (end > 0)
        g.appendChild(paint(make("rect", { x: head - reach(end), y, width: reach(end), height }), { fill: own("record") }));
      g.appendChild(paint(make("rect", { x: head - 1, y: y - 1, width: 2, height: height + 2 }), { fill: own("line") }));
      if (figures) this.text(g, shortCount(end), [head + 2, y, 31, height], "end", 9, 500, own("text"));
      lags.forEach((lag, group) => {
        const at = head - reach(sum(lag));
        const half = Math.max(3, Math.min(height * 0.4, 4.5));
        const above = group % 2 === 0;
        const base = above ? y - half * 0.6 : y + height + half * 0.6;
        g.appendChild(paint(make("path", { d: `M${at - half} ${base}h${2 * half}L${at} ${above ? y + height : y}Z`,
          "stroke-width": 0.8 }), { fill: `var(--group${group % GROUPS})`, stroke: own("fill") }));
      });
    });
  }

  paintTable(g, element, { rows, freshness }, own) {
    const table = element.table;
    const [x, y, width, height] = element.box;
    const filled = rows === 0 ? 0 : Math.min(table.rows, 1 + Math.log10(rows));
    for (let i = 0; i < table.rows && filled > i; ++i)
      g.appendChild(paint(make("rect", { x: x + 3, y: table.top + table.height * i + 2.5,
        width: (width - 6) * Math.min(1, filled - i), height: Math.max(1, table.height - 4.5) }),
        { fill: own("line"), "fill-opacity": "var(--rowOpacity)" }));
    const footer = [x + 7, y + height - 18, width - 14, 18];
    this.text(g, shortCount(rows), footer, "end", 10, 600, own("text"));
    if (rows > 0) this.text(g, `${durationText(freshness)} behind`, footer, "start", 9, 400, own("text"));
  }

  paintMarks(g, element, figures) {
    const [x, y, width] = element.box;
    let right = x + width + 8;
    const top = y - 9;
    const pill = (count, colour, sign) => {
      const text = shortCount(count);
      const wide = text.length * 6.9 + 27;
      g.appendChild(paint(make("rect", { x: right - wide, y: top, width: wide, height: 18, rx: 9, "stroke-width": 1.5 }),
        { fill: colour, stroke: "var(--canvas)" }));
      this.text(g, text, [right - wide, top, wide - 6, 18], "end", 11, 700, INK);
      sign(right - wide + 5, top + 9);
      right -= wide + 2;
    };
    const stroke = { fill: "none", stroke: INK, "stroke-width": 1.3, "stroke-linecap": "round", "stroke-linejoin": "round" };
    if (figures.deadLettered > 0)
      pill(figures.deadLettered, "var(--danger)", (left, middle) =>
        g.appendChild(make("path", { d: `M${left} ${middle - 4.2}h12v8.4h-12zl12 8.4M${left + 12} ${middle - 4.2}l-12 8.4`, ...stroke })));
    if (figures.late > 0)
      pill(figures.late, "var(--late)", (left, middle) =>
        g.appendChild(make("path", { d: `M${left} ${middle}a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0M${left + 5.5} ${middle - 3.4}v3.4h2.8`, ...stroke })));
    if (figures.actions > 0) {
      g.appendChild(paint(make("circle", { cx: x + 4, cy: y, r: 10, "stroke-width": 1.5 }),
        { fill: "var(--danger)", stroke: "var(--canvas)" }));
      const at = (dx, dy) => `${x + 4 + dx * 10} ${y + dy * 10}`;
      g.appendChild(make("path", { d: `M${at(0.12, -0.68)}L${at(-0.42, 0.12)}L${at(-0.04, 0.12)}L${at(-0.12, 0.68)}` +
        `L${at(0.42, -0.14)}L${at(0.04, -0.14)}Z`, fill: INK }));
    }
  }

  pointOn(link, share) {
    const points = link.points;
    const last = points.length / 2 - 1;
    const place = Math.max(0, Math.min(1, share)) * last;
    const index = Math.min(Math.floor(place), last - 1);
    const rest = place - index;
    const [x0, y0, x1, y1] = points.slice(2 * index, 2 * index + 4);
    return [x0 + (x1 - x0) * rest, y0 + (y1 - y0) * rest];
  }

  showTokens(position, time) {
    const loads = new Map();
    const ways = this.trace.transits(position, time).filter(way => this.linkOf.has(way.link));
    for (const way of ways) {
      const load = loads.get(way.link) || { count: 0, first: Infinity, last: -Infinity };
      ++load.count;
      load.first = Math.min(load.first, way.departed);
      load.last = Math.max(load.last, way.departed);
      loads.set(way.link, load);
    }
    this.flows.replaceChildren();
    this.tokens.replaceChildren();
    const flowing = new Set();
    for (const [entity, load] of loads) {
      const link = this.linkOf.get(entity);
      // Side by side and touching is as dense as tokens can be told apart.
      if (load.count < 8 || load.count * 2 * STANDING < link.length * 1.1) continue;
      flowing.add(entity);
      const span = (load.last - load.first) / 1e9;
      this.paintFlow(link, span > 0 ? (load.count - 1) / span : 0);
    }
    for (const way of ways) {
      if (flowing.has(way.link)) continue;
      const link = this.linkOf.get(way.link);
      let share = Math.max(0, Math.min(1, (time - way.departed) / (way.arrives - way.departed)));
      if (way.flags & FLAG_REVERSE) share = 1 - share;
      if (link.kind === "deadLetter") this.paintTrail(link, share);
      this.paintToken(this.tokens, this.pointOn(link, share), way.message, way.flags);
    }
  }

  paintFlow(link, rate) {
    const width = Math.min(16, 3 + 2.6 * Math.log10(1 + rate));
    this.flows.appendChild(paint(make("polyline", { points: link.points.join(" "), fill: "none", "stroke-width": width,
      "stroke-opacity": 0.42, "stroke-linejoin": "round" }),
      { stroke: link.kind === "deadLetter" ? "var(--danger)" : "var(--accent)" }));
    const text = `${rate < 10 ? rate.toFixed(1) : shortCount(Math.round(rate))}/s`;
    const [x, y] = this.pointOn(link, 0.5);
    const wide = text.length * 6.6 + 12;
    this.flows.appendChild(paint(make("rect", { x: x - wide / 2, y: y - 26, width: wide, height: 16, rx: 8 }),
      { fill: "var(--accentSoft)" }));
    this.text(this.flows, text, [x - wide / 2, y - 26, wide, 16], "middle", 11, 600, "var(--accentText)");
  }

  paintTrail(link, share) {
    const from = Math.max(0, share - TRAIL / Math.max(1, link.length));
    for (let i = 0; i < 6; ++i) {
      const a = this.pointOn(link, from + (share - from) * i / 6);
      const b = this.pointOn(link, from + (share - from) * (i + 1) / 6);
      this.flows.appendChild(paint(make("path", { d: `M${a[0]} ${a[1]}L${b[0]} ${b[1]}`, "stroke-width": 4,
        "stroke-opacity": 0.75 * (i + 1) / 6 }), { stroke: "var(--danger)" }));
    }
  }

  /** Shape by kind, colour by type, the key's hue in the middle, marks of what befell it. */
  paintToken(parent, [x, y], id, moreFlags) {
    const info = this.trace.messages.get(id);
    const type = info ? this.data.types[info.type] : null;
    const colour = type ? type.color % 8 : 0;
    const flags = moreFlags | (info ? info.flags : 0);
    const r = STANDING;
    const g = parent.appendChild(make("g", { "data-message": id, transform: `translate(${x} ${y})` }));
    const look = { fill: `var(--series${colour})`, stroke: `var(--rim${colour})` };
    const stroke = { "stroke-width": r * 0.16 };
    switch (type ? type.kind : "event") {
      case "command":
        g.appendChild(paint(make("rect", { x: -r * 0.9, y: -r * 0.9, width: r * 1.8, height: r * 1.8, rx: r * 0.22, ...stroke }), look));
        break;
      case "query":
        g.appendChild(paint(make("path", { d: `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`, ...stroke }), look));
        break;
      case "reply":
        g.appendChild(paint(make("path", { "fill-rule": "evenodd", ...stroke, d: [r, r * 0.52].map(a =>
          `M${-a} 0a${a} ${a} 0 1 0 ${2 * a} 0a${a} ${a} 0 1 0 ${-2 * a} 0`).join("") }), look));
        break;
      default:
        g.appendChild(paint(make("circle", { r, ...stroke }), look));
    }
    if (info && info.key >= 0)
      g.appendChild(paint(make("circle", { r: r * 0.4, "stroke-width": r * 0.14 }),
        { fill: `var(--key${this.data.hues[info.key]})`, stroke: "var(--keyRim)" }));
    if (flags & 1)
      g.appendChild(paint(make("path", { d: `M${-r * 1.25} ${-r * 0.55}L${-r * 0.3} 0L${-r * 1.25} ${r * 0.55}Z` }), { fill: "var(--canvas)" }));
    if (flags & 4) {
      const d = `M${-r * 0.15} ${-r * 1.15}L${r * 0.25} ${-r * 0.4}L${-r * 0.25} ${r * 0.05}L${r * 0.2} ${r * 0.5}L${-r * 0.1} ${r * 1.15}`;
      g.appendChild(paint(make("path", { d, fill: "none", "stroke-width": r * 0.5 }), { stroke: "var(--canvas)" }));
      g.appendChild(paint(make("path", { d, fill: "none", "stroke-width": r * 0.2 }), { stroke: "var(--tokenInk)" }));
    }
    if (flags & 2) {
      const c = r * 0.85;
      const s = r * 0.72;
      g.appendChild(paint(make("circle", { cx: c, cy: -c, r: s, "stroke-width": r * 0.14 }), { fill: "var(--lateMark)", stroke: "var(--tokenInk)" }));
      g.appendChild(paint(make("path", { d: `M${c} ${-c}v${-s * 0.6}M${c} ${-c}l${s * 0.45} 0`, fill: "none", "stroke-width": r * 0.14 }), { stroke: "var(--tokenInk)" }));
    }
  }
}
