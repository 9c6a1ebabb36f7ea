// Keeps the diagram on the server a moment after each change. What another person did meanwhile stops it: then nothing
// is lost, for the server has kept what was sent aside, and the page offers it as a file.
import { say } from "../language/language.js";
import { send } from "./request.js";

const PAUSE = 1200; // milliseconds after the last change
const AGAIN = 5000; // after a failure
const OVER = [400, 401, 404, 409]; // the session is over, the draft is gone or another person's: asking again is no use

export class Saving {
  // `base` is the number of the save that was opened, `xml` what it holds; `told` shows how it stands.
  constructor(modeler, { address, base, xml, told, refused }) {
    Object.assign(this, { modeler, address, base, told, refused });
    this.kept = xml;
    this.clean = true;
    this.over = false;
    modeler.on("commandStack.changed", () => this.later());
    addEventListener("beforeunload", (event) => this.clean || event.preventDefault());
    addEventListener("blur", () => this.clean || this.save());
    document.addEventListener("click", (event) => this.leave(event));
  }

  later(pause = PAUSE) {
    if (this.over) return;
    this.clean = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  // One save at a time; what changes meanwhile is saved after it.
  async save() {
    clearTimeout(this.timer);
    this.running = (this.running ?? Promise.resolve()).then(() => this.over || this.put());
    await this.running;
  }

  async put() {
    const { xml } = await this.modeler.saveXML({ format: true });
    if (xml === this.kept) {
      this.clean = true;
      return;
    }
    this.told(say("Đang lưu…"));
    try {
      const { save, said } = await send(`${this.address}?base=${this.base}`, xml);
      this.base = save;
      this.kept = xml;
      this.clean = (await this.modeler.saveXML({ format: true })).xml === xml;
      this.told(said);
      document.body.dispatchEvent(new Event("draft-saved"));
    } catch (error) {
      this.failed(error, xml);
    }
  }

  failed(error, xml) {
    if (OVER.includes(error.status)) {
      this.over = true;
      this.clean = true;
      this.told(say("Không lưu nữa"));
      this.refused(error.message, xml);
    } else {
      this.told(error.status ? error.message : say("Chưa lưu được: mất kết nối. Đang thử lại…"));
      this.later(AGAIN);
    }
  }

  // A link to another page waits until what was drawn is saved.
  async leave(event) {
    const link = event.target.closest?.("a[href]:not([download])");
    if (this.clean || !link || link.target || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey)
      return;
    event.preventDefault();
    await this.save();
    if (this.clean) location.assign(link.href);
  }
}
