import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runDps } from "../../src/cli/program.ts";
import type { Outcome } from "./case-check.ts";
import { recordingTerminal } from "./recording-terminal.ts";

/** Commands of cases, each run once, in this process: starting the program anew would compile every kernel anew. */
export interface CaseRuns {
  of(name: string): Promise<Outcome>;
  /** Removes what was written. */
  dispose(): void;
}

const home = fileURLToPath(new URL("../../", import.meta.url));

/** cases: the folder that holds the cases, each with a bash command `cmd` that starts `npm run dps -- ...`. */
export function openCases(cases: string): CaseRuns {
  const work = mkdtempSync(join(tmpdir(), "dps-cases-"));
  // Bash says what the words are: an npm of ours prints them.
  writeFileSync(join(work, "npm"), "#!/bin/sh\nprintf '%s\\0' \"$@\"\n", { mode: 0o755 });
  const env = { ...process.env, DPS_HOME: home, PATH: `${work}${delimiter}${process.env["PATH"] ?? ""}` };
  const kept = new Map<string, Promise<Outcome>>();

  const run = async (name: string): Promise<Outcome> => {
    const out = mkdtempSync(join(work, "out-"));
    const written = ["--output", join(out, "result.json"), "--predictions", join(out, "predictions")];
    // Cases are about tables and models: kernels are not timed for each of their shapes.
    const options = ["--kernels", "portable", ...written];
    const command = [join(cases, name, "cmd"), ...options];
    const words = execFileSync("bash", command, { env, encoding: "utf8" }).split("\0");
    const terminal = recordingTerminal();
    const code = await runDps(words.slice(words.indexOf("--") + 1, -1), terminal);
    let printed = [...terminal.lines, ...terminal.errors].join("\n");
    // The name of a folder must not pass for a message that names the thing.
    for (const place of [out, join(cases, name), cases, home]) printed = printed.replaceAll(place, "~");
    const file = join(out, "result.json");
    const result = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
    return { code, printed, result, predictions: tablesIn(join(out, "predictions")) };
  };

  return {
    of(name) {
      const outcome = kept.get(name) ?? run(name);
      kept.set(name, outcome);
      return outcome;
    },
    dispose: () => rmSync(work, { recursive: true }),
  };
}

function tablesIn(folder: string): Outcome["predictions"] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const cells = (name: string) => readFileSync(join(folder, name), "utf8").split("\n").map((line) => line.split("\t")); // prettier-ignore
  return new Map(names.map((name) => [name.replace(/\.tsv$/, ""), cells(name)]));
}
