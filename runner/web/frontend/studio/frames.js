// F6 walks the frames of a page, Shift F6 the other way: the canvas, what stands beside it, what is wrong below it.
export function walkFrames() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6") return;
    const frames = [...document.querySelectorAll("main > section")];
    const here = frames.findIndex((frame) => frame.contains(document.activeElement));
    const next = here < 0 ? 0 : here + (event.shiftKey ? -1 : 1);
    frames.at(next % frames.length).focus();
    event.preventDefault();
  });
}
