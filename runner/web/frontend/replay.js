// The replay of a case where scripts run: its time line is played, stepped through and jumped in without loading the
// page anew, on a diagram that is moved and enlarged. Without them each place of the time line is a link.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "./replay.css";
import { Picture } from "./replay/picture.js";
import { Scenes } from "./replay/scenes.js";

const page = document.querySelector("[data-replay]");
const one = (name) => page.querySelector(`[data-${name}]`);

class Player {
  constructor({ replay, diagram, seq }) {
    this.lines = [...page.querySelectorAll("[data-line]")];
    this.seq = Number(seq);
    this.scenes = new Scenes(replay, this.lines.length);
    this.picture = new Picture(page, diagram);
  }

  async begin() {
    const told = await this.scenes.of(this.seq);
    if (!told) return;
    this.picture.near = one("view=near").hasAttribute("aria-current");
    one("canvas").hidden = false; // it is measured while it is drawn
    try {
      await this.picture.draw(told);
    } catch {
      one("canvas").hidden = true; // a file without a drawing, say
      return;
    }
    const canvas = page.querySelector(".canvas");
    for (const drawn of canvas.querySelectorAll(":scope > svg.bpmn")) drawn.remove();
    canvas.classList.remove("scrolled");
    canvas.removeAttribute("tabindex"); // the diagram within takes the keys
    for (const name of ["gutter", "zoom", "play"]) one(name).hidden = false;
    page.querySelector(".speed").hidden = false;
    document.querySelector("[data-keys]").hidden = false;
    this.listen();
    this.reveal(page.querySelector('[aria-current="step"]'));
    page.dataset.ready = "";
  }

  listen() {
    for (const line of this.lines)
      line.addEventListener("click", (event) => this.follow(event, Number(line.dataset.line)));
    const places = { first: () => 1, back: () => this.seq - 1, forward: () => this.seq + 1, last: () => this.lines.length };
    for (const [name, place] of Object.entries(places))
      one(`go=${name}`).addEventListener("click", (event) => this.follow(event, place()));
    for (const view of ["near", "whole"])
      one(`view=${view}`).addEventListener("click", (event) => this.view(event, view));
    one("play").addEventListener("click", () => this.play(!this.playing));
    document.addEventListener("keydown", (event) => this.key(event));
    const next = one("next");
    next.addEventListener("click", (event) => this.follow(event, Number(new URL(next.href).searchParams.get("seq"))));
  }

  // A click that asks for a tab of its own gets one.
  follow(event, seq) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.play(false);
    this.go(seq);
  }

  view(event, view) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.picture.near = view === "near";
    for (const each of ["near", "whole"]) {
      if (each === view) one(`view=${each}`).setAttribute("aria-current", "true");
      else one(`view=${each}`).removeAttribute("aria-current");
    }
    this.picture.look();
    this.tell();
  }

  async go(asked) {
    const seq = Math.min(Math.max(asked, 1), this.lines.length);
    if (seq === this.seq) return;
    this.seq = seq;
    const line = this.lines[seq - 1].querySelector("a");
    try {
      const told = await this.scenes.of(seq);
      if (this.seq === seq) await this.show(told, line); // unless somebody was quicker
    } catch {
      location.assign(line.href); // the page itself says what is the matter
    }
  }

  async show(told, line) {
    const since = performance.now();
    await this.picture.draw(told);
    one("panel").innerHTML = told.panel;
    one("panel").scrollTop = 0;
    one("at").textContent = told.at;
    one("said").textContent = told.said;
    this.mark(line);
    performance.measure("step", { start: since });
  }

  // The time line, and every link that leads from here to somewhere else.
  mark(here) {
    const focused = document.activeElement?.closest("[data-line]");
    for (const line of this.lines) {
      const [number, link] = [Number(line.dataset.line), line.querySelector("a")];
      line.classList.toggle("to", number > this.seq);
      if (link === here) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
    if (focused) here.focus({ preventScroll: true });
    this.reveal(here);
    const turning = this.lines.find((line) => line.dataset.turning && Number(line.dataset.line) > this.seq);
    const link = one("next");
    link.hidden = !turning;
    if (turning) {
      link.href = turning.querySelector("a").href;
      link.textContent = turning.dataset.turning;
    }
    this.tell();
  }

  // The time line scrolls to a place of it, the page does not.
  reveal(here) {
    const line = page.querySelector(".line");
    const [inner, outer] = [here.getBoundingClientRect(), line.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right) line.scrollLeft += inner.left - outer.left - outer.width / 2;
    if (inner.top < outer.top || inner.bottom > outer.bottom) line.scrollTop += inner.top - outer.top - outer.height / 2;
  }

  // The address leads to this very moment.
  tell() {
    const address = (link, seq) => {
      const url = new URL(link.href);
      url.searchParams.set("seq", seq);
      link.href = url;
      return url;
    };
    address(one("go=back"), Math.max(this.seq - 1, 1));
    address(one("go=forward"), Math.min(this.seq + 1, this.lines.length));
    for (const view of ["near", "whole"]) address(one(`view=${view}`), this.seq);
    address(one("alone"), this.seq);
    page.querySelector("#field-seq").value = this.seq;
    history.replaceState(null, "", one(this.picture.near ? "view=near" : "view=whole").href);
    one("place").textContent = one("place").dataset.words.replace("{seq}", this.seq);
  }

  play(on) {
    if (this.playing === on) return;
    this.playing = on;
    clearTimeout(this.timer);
    one("play").setAttribute("aria-pressed", String(on));
    one("stopped").hidden = on;
    one("playing").hidden = !on;
    if (!on) return;
    const step = async () => {
      await this.go(this.seq + 1);
      if (this.playing && this.seq < this.lines.length) this.timer = setTimeout(step, Number(one("speed").value));
      else this.play(false);
    };
    if (this.seq === this.lines.length) this.seq = 0; // at its end it begins anew
    step();
  }

  key(event) {
    const within = (places) => event.target.closest(places);
    if (event.ctrlKey || event.metaKey || event.altKey || within("input, select, textarea, [data-canvas]")) return;
    const deeds = {
      ArrowLeft: () => this.step(this.seq - 1),
      ArrowRight: () => this.step(this.seq + 1),
      Home: () => within(".pane") || this.step(1),
      End: () => within(".pane") || this.step(this.lines.length),
      " ": () => within("button, summary, a:not([data-line] a), .pane") || this.play(!this.playing) || true,
      g: () => this.jump(),
      t: () => one(this.picture.near ? "view=whole" : "view=near").click() || true,
    };
    const deed = deeds[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (deed && deed() === true) event.preventDefault();
  }

  step(seq) {
    this.play(false);
    this.go(seq);
    return true;
  }

  jump() {
    page.querySelector(".jump").open = true;
    page.querySelector("#field-seq").select();
    return true;
  }
}

// Where the scenes cannot be had, the page stays what it is without scripts.
if (page) new Player(page.dataset).begin().catch(() => {});
