// What the server tells of a case after each entry: asked for in stretches, kept, and the next one fetched ahead.
const STRETCH = 25;
const AHEAD = 6;

export class Scenes {
  constructor(address, last) {
    Object.assign(this, { address, last, stretches: new Map() });
  }

  // The scene after entry `seq`; undefined where the case does not replay so far.
  async of(seq) {
    const scenes = await this.stretch(seq);
    if (seq + AHEAD <= this.last) this.stretch(seq + AHEAD).catch(() => {});
    return scenes[seq];
  }

  stretch(seq) {
    const first = Math.floor((seq - 1) / STRETCH) * STRETCH + 1;
    if (!this.stretches.has(first)) {
      const asked = fetch(`${this.address}?from=${first}`).then((answer) => {
        if (!answer.ok) throw new Error(answer.statusText);
        return answer.json();
      });
      asked.catch(() => this.stretches.delete(first)); // what failed is asked for again
      this.stretches.set(first, asked.then(({ scenes }) => scenes));
    }
    return this.stretches.get(first);
  }
}
