// Keeps in the draft what an editor holds: one request at a time, soon after the last change, always the newest content.
// `data()` gives the fields to send (a FormData), `kept(answer)` takes the server's answer. The state stands in the
// page's head (#saved); what the server refuses is said there in its own words, and is sent again with the next change.
import { say } from "../language/language.js";

const PAUSE = 700;
// The session is over, the draft is gone, or somebody else's save is in between: asking again is no use.
const OVER = [400, 401, 404, 409];

export function autosave(address, data, kept) {
  const main = document.querySelector("main");
  const state = document.querySelector("#saved");
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  let timer = 0;
  let sending = null;
  let changed = false;
  let stopped = false;

  function tell(sentence, problem = false) {
    state.textContent = sentence;
    state.classList.toggle("bad", problem);
  }

  async function send() {
    changed = false;
    const body = await data();
    body.set("_base", main.dataset.save);
    try {
      const response = await fetch(address, { method: "POST", body, headers });
      const answer = response.headers.get("Content-Type") === "application/json" ? await response.json() : {};
      if (response.ok) {
        main.dataset.save = answer.save;
        for (const base of document.querySelectorAll("[name=_base]")) base.value = answer.save;
        tell(answer.saved);
        document.body.dispatchEvent(new Event("draft-saved"));
        kept(answer);
        return;
      }
      stopped = OVER.includes(response.status);
      tell(answer.problem ?? say("Chưa lưu được. Hãy tải lại trang rồi thử lại."), true);
    } catch {
      tell(say("Chưa lưu được: không nối được với máy chủ. Sẽ thử lại sau lần sửa tới."), true);
    }
    changed = true;
  }

  async function now() {
    clearTimeout(timer);
    await sending;
    if (!changed || stopped) return;
    sending = send();
    await sending;
    sending = null;
  }

  window.addEventListener("beforeunload", (event) => {
    if ((changed && !stopped) || sending) event.preventDefault();
  });

  // Who follows a link leaves when everything is kept.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("a[href]");
    const elsewhere = event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || link?.target;
    if (!link || elsewhere || stopped || !(changed || sending)) return;
    event.preventDefault();
    await now();
    if (!changed) location.assign(link.href);
  });

  function touch() {
    changed = true;
    if (stopped) return;
    tell(say("Đang lưu…"));
    clearTimeout(timer);
    timer = setTimeout(now, PAUSE);
  }
  return { touch, now };
}
