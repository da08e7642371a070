// What happened, as the page holds it: the events, and what every element's figures are after each of them.
// An instant is a position (index of the last event that has happened, -1 for none) and a time in nanoseconds.

/** Columns hold differences from the row before. */
function added(differences) {
  let last = 0;
  return differences.map(difference => last += difference);
}

/** Index of the last number that is not above `value` in a sorted list; -1 for none. */
function lastNotAbove(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const FLAG_REVERSE = 16;
const CHECKPOINT = 256;

class Trace {
  constructor(data) {
    this.data = data;
    this.from = data.from;
    this.to = data.to;
    const events = data.events;
    this.at = added(events.at);
    this.message = added(events.message);
    this.count = this.at.length;
    this.kindNumber = new Map(data.kinds.map((kind, index) => [kind.name, index]));
    this.messages = new Map();
    const ids = added(data.messages.id);
    const created = added(data.messages.created);
    ids.forEach((id, row) => this.messages.set(id, {
      id, created: created[row], type: data.messages.type[row], key: data.messages.key[row],
      cause: data.messages.cause[row], creator: data.messages.creator[row], flags: data.messages.flags[row],
    }));
    this.series = new Map();
    for (const one of data.figures)
      this.series.set(`${one.entity}/${one.figure}/${one.index || 0}`,
        { initial: one.initial || 0, event: added(one.event), value: added(one.value) });
    this.lines = new Map();
    for (const line of data.lines)
      this.lines.set(line.entity, { initial: line.initial, event: added(line.event), messages: line.messages });
    this.followTransits();
  }

  /** The last event at or before a time. */
  positionAt(time) { return lastNotAbove(this.at, time); }

  /** What one figure of an element is; 0 where it has none. */
  figure(position, entity, name, index = 0) {
    const series = this.series.get(`${entity}/${name}/${index}`);
    if (!series) return 0;
    const change = lastNotAbove(series.event, position);
    return change < 0 ? series.initial : series.value[change];
  }

  /** Busy counts of a service's instances: -1 is stopped. */
  instances(position, entity) {
    const busy = [];
    for (let index = 0; this.series.has(`${entity}/instance/${index}`); ++index) {
      const value = this.figure(position, entity, "instance", index);
      // -2: there is no such instance yet.
      if (value > -2) busy.push(value);
    }
    return busy;
  }

  /** The messages that stand first in a queue, the consumer's end first. */
  line(position, entity) {
    const line = this.lines.get(entity);
    if (!line) return [];
    const change = lastNotAbove(line.event, position);
    return change < 0 ? line.initial : line.messages[change];
  }

  /** Every way over a link, and at checkpoints those that are under way. */
  followTransits() {
    const moved = this.kindNumber.get("moved");
    const lost = this.kindNumber.get("lost");
    const { kind, subject, value, marks } = this.data.events;
    this.checkpoints = [];
    let open = this.data.transits.map(([link, message, departed, arrives, flags]) =>
      ({ link, message, departed, arrives, flags, event: -1, lost: Infinity }));
    this.departures = [];
    for (let i = 0; i < this.count; ++i) {
      if (i % CHECKPOINT === 0) {
        open = open.filter(way => way.arrives > this.at[i] && way.lost > i);
        this.checkpoints.push(open.slice());
      }
      if (kind[i] === moved && value[i] > 0) {
        const way = { link: subject[i], message: this.message[i], departed: this.at[i],
          arrives: this.at[i] + value[i], flags: marks[i] & 31, event: i, lost: Infinity };
        open.push(way);
        this.departures[i] = way;
      } else if (kind[i] === lost) {
        const way = open.find(one => one.message === this.message[i] && one.link === subject[i] &&
          one.arrives > this.at[i] && one.lost > i);
        if (way) way.lost = i;
      }
    }
    if (this.checkpoints.length === 0) this.checkpoints.push(open);
  }

  /** What is on its way at an instant. */
  transits(position, time) {
    const checkpoint = Math.max(0, Math.floor(position / CHECKPOINT));
    const found = this.checkpoints[checkpoint].slice();
    for (let i = checkpoint * CHECKPOINT; i <= position; ++i)
      if (this.departures[i]) found.push(this.departures[i]);
    return found.filter(way => way.arrives > time && way.lost > position);
  }

  /** Indices of the events that name a message. */
  eventsOf(message) {
    const found = [];
    for (let i = 0; i < this.count; ++i)
      if (this.message[i] === message) found.push(i);
    return found;
  }

  keyText(message) {
    const info = this.messages.get(message);
    return info && info.key >= 0 ? this.data.keys[info.key].text : "";
  }

  typeName(message) {
    const info = this.messages.get(message);
    const type = info && this.data.types[info.type];
    return type ? type.id : "";
  }

  name(entity) {
    const found = this.data.entities[entity];
    return found ? found.name : "";
  }

  kindName(i) { return this.data.kinds[this.data.events.kind[i]].name; }

  /** What else an event tells, in words. */
  details(i) {
    const { events, kinds, marks, causes } = this.data;
    const kind = kinds[events.kind[i]];
    const parts = [];
    for (const column of ["peer", "detail", "value"]) {
      const text = this.fieldText(kind, kind[column], events[column][i], events.detail[i]);
      if (text) parts.push(kind[column] === "reason" ? text : `${kind[column]} ${text}`);
    }
    const cause = events.marks[i] >> 5;
    if (cause > 0) parts.push(causes[cause]);
    for (const mark of marks)
      if (mark.flag !== FLAG_REVERSE && (events.marks[i] & mark.flag)) parts.push(mark.name);
    return parts.join(", ");
  }

  fieldText(kind, field, number, detail) {
    switch (field) {
      case "": return "";
      case "other": return number > 0 ? `m-${number}` : "";
      case "target": return number >= 0 ? this.name(number) : "";
      case "instance": return number === 65535 ? "" : String(number + 1);
      case "duration": return durationText(number);
      case "type": return this.data.types[number] ? this.data.types[number].id : "";
      case "key": return "";
      case "reason":
      case "severity": return kind.reasons[number] || "";
      case "alert": return this.data.alerts[number] || String(number + 1);
      case "level": return String(number / 1000);
      default: return String(number);
    }
  }
}

/** Three significant figures and a unit: "1.23 ms", "4.50 s", "2 min 5 s". */
function durationText(ns) {
  if (ns < 0) return "-" + durationText(-ns);
  if (ns === 0) return "0 s";
  if (ns < 1000) return `${ns} ns`;
  for (const [unit, size] of [["µs", 1e3], ["ms", 1e6], ["s", 1e9]]) {
    const value = ns / size;
    if (value < 999.5 && !(unit === "s" && value >= 59.95))
      return `${value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${unit}`;
  }
  const seconds = Math.round(ns / 1e9);
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const begin = parts.findIndex(([size]) => seconds >= size);
  return parts.slice(begin, begin + 2).map(([size, unit], i) =>
    [Math.floor((i === 0 ? seconds : seconds % parts[begin][0]) / size), unit])
    .filter(([count], i) => i === 0 || count > 0).map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** "1:05.250": minutes, seconds and, where the range is short, microseconds. */
function clockText(ns, digits = 3) {
  const seconds = Math.floor(ns / 1e9);
  const fraction = String(Math.floor(ns % 1e9)).padStart(9, "0").slice(0, digits);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}.${fraction}`;
}
