import { readFileSync } from "node:fs";
import { readResult } from "../../src/analysis/result-file.ts";
import { writeResult } from "../../src/analysis/result-text.ts";

const count = 20;

/** What results take in the browser's storage, packed as they are there: of the experiment that the page ships with. */
export async function storageLine(): Promise<string> {
  const text = readFileSync("public/recorded/run.json", "utf8");
  const result = readResult(text, "run.json");
  const file = new Blob([writeResult(result)]);
  const { size } = await new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
  const [plain, packed] = [file.size, size].map((bytes) => (bytes / 1e6).toFixed(2));
  const steps = result.runs.reduce((sum, run) => sum + run.steps.length, 0);
  return (
    `A result of ${result.runs.length} runs, ${steps} steps in all, takes ${packed} MB in storage (${plain} MB as a file): ` +
    `${count} of them ${((count * size) / 1e6).toFixed(1)} MB.`
  );
}
