// Reads diagrams with bpmn-moddle and writes them again, as every modeler on bpmn-js does: node roundtrip.js OUT FILE…
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BpmnModdle } from 'bpmn-moddle';

const camunda = JSON.parse(await readFile(new URL('node_modules/camunda-bpmn-moddle/resources/camunda.json', import.meta.url)));
const [folder, ...files] = process.argv.slice(2);
for (const [at, file] of files.entries()) {
  const moddle = new BpmnModdle({ camunda });
  const { rootElement, warnings } = await moddle.fromXML(await readFile(file, 'utf8'));
  for (const warning of warnings) console.log(`${file}: ${warning.message}`);
  const { xml } = await moddle.toXML(rootElement, { format: true });
  await writeFile(join(folder, `${at}-${basename(file)}`), xml);
}
