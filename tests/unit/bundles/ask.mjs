// Asks the JavaScript evaluator: rounds of bundles and questions on standard input, the answers on standard output.
import { readFileSync } from "node:fs";
import { Bundle } from "../../../registry/bundles/evaluate.mjs";

const { keys, rounds } = JSON.parse(readFileSync(0, "utf8"));
const answers = [];
for (const { bundle, organisation, now, questions } of rounds) {
  const opened = await Bundle.open(bundle, keys, organisation);
  answers.push(questions.map((question) => opened.answer(question, now)));
}
process.stdout.write(JSON.stringify(answers));
