import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDps } from "../../../src/cli/program.ts";
import { openSafetensors } from "../../../src/models/safetensors.ts";
import { recordingTerminal } from "../recording-terminal.ts";
import { smallTable, writeSmallModel } from "../small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-pretrain-"));
const at = (name: string): string => join(folder, name);

const documents = Array.from({ length: 30 }, (_, index) => {
  const [thing, mark] = index % 2 === 0 ? ["film", "good"] : ["book", "bad"];
  return Array.from({ length: 6 }, (__, line) => `the ${thing} is ${line % 3 === 0 ? "very " : ""}${mark} .`).join(
    "\n",
  );
});

beforeAll(async () => {
  writeFileSync(at("text.txt.gz"), gzipSync(new TextEncoder().encode(documents.join("\n\n"))));
  writeFileSync(at("train.tsv"), smallTable(16));
  await writeSmallModel(at("model"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program; no word holds a blank. */
async function dps(line: string) {
  const terminal = recordingTerminal();
  const code = await runDps(line.split(" "), terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

const recipe = `--text ${at("text.txt.gz")} --held-out-share 0.2 --learning-rate 3e-3 --evaluate-every 5 --batch-size 4 --length 24`;
const pretrain = (output: string, rest: string) => dps(`pretrain ${recipe} --output ${at(output)} ${rest}`);
const fresh = `--model ${at("model")}`;

async function tensorsOf(output: string, file = "model.safetensors") {
  return (await openSafetensors(await openAsBlob(join(at(output), file)), file)).entries;
}

const bytesOf = (output: string): Buffer => readFileSync(join(at(output), "model.safetensors"));

describe("dps pretrain", () => {
  test("adapts a model without heads, says so, and writes one that fine-tunes and goes on", async () => {
    const made = await pretrain("once", `${fresh} --steps 10`);
    expect(made.errors).toBe("");
    expect(made.code).toBe(0);
    expect(made.text).toMatch(/^Note {4}.* no head for masked words .* The head is new/m);
    expect(made.text).toMatch(/^step 0\/10 {2}held-out/m);
    expect(made.text).toMatch(/^step 5\/10 {2}held-out {2}words \d\.\d{3} \(.*perplexity [\d.]+ {2}[\d,]+ tokens\/s/m);
    expect(made.text).toMatch(/^step 10\/10 .* 0\.0 s left$/m);
    const names = [...(await tensorsOf("once")).keys()];
    expect(names).toContain("cls.predictions.transform.dense.weight");
    expect(names).toContain("cls.seq_relationship.bias");
    const config: unknown = JSON.parse(readFileSync(join(at("once"), "config.json"), "utf8"));
    expect(config).toMatchObject({ architectures: ["BertForPreTraining"], hidden_size: 32, torch_dtype: "float32" });
    const told: unknown = JSON.parse(readFileSync(join(at("once"), "pretraining.json"), "utf8"));
    expect(told).toMatchObject({ recipe: { seed: 1 }, evaluations: [{ step: 0 }, { step: 5 }, { step: 10 }] });

    const tuned = await dps(`finetune --model ${at("once")} --train ${at("train.tsv")} --steps 2 --max-length 16`);
    expect(tuned.errors).toBe("");
    expect(tuned.code).toBe(0);
    const on = await pretrain("on", `--model ${at("once")} --steps 2 --warmup-ratio 0`);
    expect(on.errors).toBe("");
    expect(on.text).not.toMatch(/^Note/m);
    expect(bytesOf("on").equals(bytesOf("once"))).toBe(false);
    const held = on.text.split("\n").filter((line) => line.includes("held-out"));
    expect(held.map((line) => line.split("  ")[0])).toEqual(["step 0/2", "step 2/2"]);
    // What the first run ended with is what the second one begins with.
    const wordsOf = (line: string | undefined): string => line?.split("  ")[2] ?? "";
    const ended = made.text.split("\n").findLast((line) => line.startsWith("step 10/10"));
    expect(wordsOf(held[0])).toBe(wordsOf(ended));
  });

  test("a run stopped by Ctrl+C and resumed writes the same bytes", async () => {
    const line = `${fresh} --steps 8`;
    // Resumed without saying so again, it goes on with the kernels that it began with.
    const kernels = "--kernels portable";
    const whole = await pretrain("whole", `${line} ${kernels}`);
    expect(whole.errors).toBe("");

    const terminal = recordingTerminal();
    const watched = {
      ...terminal,
      line: (text: string) => {
        terminal.line(text);
        if (text.startsWith("step 5/8")) process.emit("SIGINT");
      },
    };
    const stopped = await runDps(`pretrain ${recipe} --output ${at("cut")} ${line} ${kernels}`.split(" "), watched);
    expect(stopped).toBe(130);
    expect(terminal.lines.at(-1)).toBe("Stopped; the same command with --resume goes on.");
    const checkpoint = await openSafetensors(await openAsBlob(join(at("cut"), "checkpoint.safetensors")), "checkpoint");
    expect(checkpoint.metadata.get("step")).toBe("5");

    const other = await pretrain("cut", `${line} --clip 2 --resume`);
    expect(other.code).toBe(2);
    expect(other.errors).toMatch(/^dps: --resume: \w+ is .* but was .* when the run began\.$/);
    const beyond = await pretrain("cut", `${line.replace("--steps 8", "--steps 4")} --resume`);
    expect(beyond.errors).toBe("dps: --resume: 5 steps are done, more than --steps 4.");
    const resumed = await pretrain("cut", `${line} --resume`);
    expect(resumed.code).toBe(0);
    expect(bytesOf("cut").equals(bytesOf("whole"))).toBe(true);
    const evaluations = (output: string) =>
      JSON.parse(readFileSync(join(at(output), "pretraining.json"), "utf8")).evaluations;
    expect(evaluations("cut")).toEqual(evaluations("whole"));

    // As one that was killed after its last checkpoint, before the model was written.
    rmSync(join(at("cut"), "model.safetensors"));
    expect((await pretrain("cut", `${line} --resume`)).code).toBe(0);
    expect(bytesOf("cut").equals(bytesOf("whole"))).toBe(true);

    const longer = await pretrain("cut", `${line.replace("--steps 8", "--steps 9")} --resume`);
    expect(longer.errors).toBe("");
    expect(evaluations("cut").at(-1).step).toBe(9);
  });

  test.each([
    [`--steps 1`, "--model is missing"],
    [`${fresh} --steps 0`, "--steps 0: Steps is 0; it must be at least 1"],
    [`${fresh} --resume --steps 1`, "--resume: there is no checkpoint.safetensors"],
    [`${fresh} --length 256 --steps 1`, "length was given twice"],
    [`--model ${at("nowhere")}/x --steps 1`, "nowhere"],
  ])("refuses %s", async (line, message) => {
    const refused = await pretrain("refused", line);
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.errors).toContain(message);
    expect(refused.errors).not.toContain("error of the program");
  });
});
