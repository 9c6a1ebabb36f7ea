// What the studio's scripts show, in the reader's language. Our own sentences are Vietnamese, with an English one in
// own.en.json; a library's are English, with a Vietnamese one in a catalogue of that library.
import english from "./own.en.json";

const vietnamese = document.documentElement.lang !== "en";

const filled = (sentence, values = {}) => sentence.replace(/{(\w+)}/g, (name, key) => values[key] ?? name);

// A sentence of ours, each {name} in it replaced by its value.
export const say = (sentence, values) => filled(vietnamese ? sentence : (english[sentence] ?? sentence), values);

// Looks a library's sentences up in its catalogue. One that is not there is shown as it is, and told to who listens.
export function translator(catalogue) {
  return (sentence, values) => {
    if (!vietnamese) return filled(sentence, values);
    if (!(sentence in catalogue) && /[a-z]/i.test(sentence))
      document.dispatchEvent(new CustomEvent("motcua:untranslated", { detail: sentence }));
    return filled(catalogue[sentence] ?? sentence, values);
  };
}
