// Notes and incidents; and what is known of one message.

function node(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const key in attributes || {}) element.setAttribute(key, attributes[key]);
  element.append(...children);
  return element;
}

// JSON on several lines, its values as they were written: parsing would round long numbers.
function indented(json) {
  let text = "", depth = 0, inText = false;
  const line = () => "\n" + "  ".repeat(depth);
  for (let i = 0; i < json.length; ++i) {
    const c = json[i];
    if (inText) {
      text += c;
      if (c === "\\") text += json[++i];
      else if (c === '"') inText = false;
    } else if ((c === "{" || c === "[") && (json[i + 1] === "}" || json[i + 1] === "]")) {
      text += c + json[++i];
    } else if (c === "{" || c === "[") {
      ++depth;
      text += c + line();
    } else if (c === "}" || c === "]") {
      --depth;
      text += line() + c;
    } else if (c === ",") {
      text += c + line();
    } else {
      text += c === ":" ? ": " : c;
      inText = c === '"';
    }
  }
  return text;
}

class Panels {
  constructor(notes, message, trace, drawing, seek, openMessage) {
    this.notes = notes;
    this.message = message;
    this.trace = trace;
    this.drawing = drawing;
    this.seek = seek;
    this.openMessage = openMessage;
    this.fillNotes();
    this.showMessage(0);
  }

  card(at, title, text, bad) {
    const card = node("button", { type: "button", class: bad ? "card bad" : "card" },
      node("span", { class: "at" }, clockText(at)), node("br"), title);
    if (text) card.append(node("div", { class: "muted text" }, text));
    card.addEventListener("click", () => this.seek(at));
    return card;
  }

  fillNotes() {
    const { data } = this.trace;
    const drawing = this.drawing.data;
    if (drawing.note) this.notes.append(node("h2", {}, "About the drawing"), node("p", { class: "text" }, drawing.note));
    if (drawing.scenarioNote) this.notes.append(node("h2", {}, data.scenario), node("p", { class: "text" }, drawing.scenarioNote));
    if (data.notes.length > 0) this.notes.append(node("h2", {}, "Notes"), ...data.notes.map(note => this.card(note.at, note.title, note.text)));
    this.notes.append(node("h2", {}, "Incidents"));
    if (data.incidents.length === 0) this.notes.append(node("p", { class: "muted" }, "No message died in this time."));
    else this.notes.append(...data.incidents.map(incident => this.card(Math.max(incident.at, data.from), incident.sentence,
      `${incident.count} in all, ${incident.waiting} waiting at the end`, true)));
    this.notes.append(node("p", { class: "muted" }, "Made with Sluice. This file holds all that it shows and loads nothing."));
  }

  link(text, action) {
    const button = node("button", { type: "button", class: "link" }, text);
    button.addEventListener("click", action);
    return button;
  }

  messageLink(id) {
    return id > 0 && this.trace.messages.has(id) ? this.link(`m-${id}`, () => this.openMessage(id)) : id > 0 ? `m-${id}` : "none";
  }

  showMessage(id) {
    const { trace } = this;
    const info = trace.messages.get(id);
    this.message.replaceChildren();
    if (!info) {
      this.message.append(node("p", { class: "muted" }, "Choose a token in the drawing or an event in the list: here is then what became of its message."));
      return;
    }
    const list = node("dl");
    const row = (name, value) => list.append(node("dt", {}, name), node("dd", {}, value));
    row("Type", trace.typeName(id));
    if (trace.keyText(id)) row("Key", trace.keyText(id));
    row("Created", `${clockText(info.created, 6)} by ${trace.name(info.creator)}`);
    row("Caused by", this.messageLink(info.cause));
    const caused = [...trace.messages.values()].filter(other => other.cause === id).map(other => other.id);
    if (caused.length > 0) {
      const all = node("span");
      caused.slice(0, 20).forEach((other, i) => all.append(i > 0 ? ", " : "", this.messageLink(other)));
      row("Caused", all);
    }
    this.message.append(node("h2", {}, `m-${id}`), list, node("h2", {}, "What became of it"));
    for (const i of trace.eventsOf(id)) {
      const kind = trace.kindName(i);
      const words = [trace.name(trace.data.events.subject[i]), trace.details(i)].filter(Boolean).join(" · ");
      const card = this.card(trace.at[i], kind, words, BAD.has(kind));
      card.addEventListener("click", () => this.seek(trace.at[i], i));
      this.message.append(card);
    }
    const contents = trace.data.contents;
    const place = contents.message.indexOf(id);
    if (place >= 0)
      this.message.append(node("h2", {}, "Body"), node("pre", {}, indented(contents.body[place])),
        node("h2", {}, "Headers"), node("pre", {}, indented(contents.headers[place])));
    else
      this.message.append(node("h2", {}, "Body"), node("p", {},
        `Left out: this page has room for the bodies and headers of ${contents.message.length} of its ` +
        `${trace.messages.size} messages, those of incidents first. A page of a shorter part of the run has more.`));
  }
}
