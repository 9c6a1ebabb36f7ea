// Requests of the studio's scripts: with the page's proof that it is ours, answered in JSON also where they are refused.
const proof = () => JSON.parse(document.body.getAttribute("hx-headers"));

export class RequestRefused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// What the server answers to a diagram. Throws `RequestRefused`, or `TypeError` where nobody answers.
export async function send(address, xml, signal) {
  const headers = { ...proof(), Accept: "application/json", "Content-Type": "application/xml" };
  const answer = await fetch(address, { method: "POST", headers, body: xml, signal });
  const facts = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new RequestRefused(answer.status, facts.detail ?? answer.statusText);
  return facts;
}
