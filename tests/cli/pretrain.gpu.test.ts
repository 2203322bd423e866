import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDps } from "../../src/cli/program.ts";
import { openSafetensors } from "../../src/models/safetensors.ts";
import { recordingTerminal } from "./recording-terminal.ts";
import { smallTable } from "./small-model.ts";

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
  await dps(`vocabulary --text ${at("text.txt.gz")} --output ${at("words")} --size 40`);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program; no word holds a blank. */
async function dps(line: string) {
  const terminal = recordingTerminal();
  const code = await runDps(line.split(" "), terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}

const size = "--size 16,2,2,32 --batch-size 4 --length 24";
const recipe = `--text ${at("text.txt.gz")} --held-out-share 0.2 --learning-rate 3e-3 --evaluate-every 5`;
const pretrain = (output: string, rest: string) => dps(`pretrain ${recipe} --output ${at(output)} ${rest}`);
const fresh = `--vocabulary ${at("words")} ${size}`;

async function tensorsOf(output: string, file = "model.safetensors") {
  return (await openSafetensors(await openAsBlob(join(at(output), file)), file)).entries;
}

const bytesOf = (output: string): Buffer => readFileSync(join(at(output), "model.safetensors"));

describe("dps pretrain", () => {
  test("writes a model that fine-tunes, and goes on from it", async () => {
    const made = await pretrain("mlm", `${fresh} --steps 10`);
    expect(made.errors).toBe("");
    expect(made.code).toBe(0);
    expect(made.text).toMatch(/^step 5\/10 {2}held-out {2}words \d\.\d{3} \(.*perplexity [\d.]+ {2}[\d,]+ tokens\/s/m);
    expect(made.text).toMatch(/^step 10\/10 .* 0\.0 s left$/m);
    const names = [...(await tensorsOf("mlm")).keys()];
    expect(names).toContain("cls.predictions.transform.dense.weight");
    expect(names).toContain("cls.seq_relationship.bias");
    const config: unknown = JSON.parse(readFileSync(join(at("mlm"), "config.json"), "utf8"));
    expect(config).toMatchObject({ architectures: ["BertForPreTraining"], hidden_size: 16, torch_dtype: "float32" });
    const told: unknown = JSON.parse(readFileSync(join(at("mlm"), "pretraining.json"), "utf8"));
    expect(told).toMatchObject({ recipe: { objective: "mlm" }, evaluations: [{ step: 5 }, { step: 10 }] });

    const tuned = await dps(`finetune --model ${at("mlm")} --train ${at("train.tsv")} --steps 2 --max-length 16`);
    expect(tuned.errors).toBe("");
    expect(tuned.code).toBe(0);
    const on = await pretrain("on", `--model ${at("mlm")} --batch-size 4 --length 24 --steps 2 --warmup-ratio 0`);
    expect(on.errors).toBe("");
    expect(bytesOf("on").equals(bytesOf("mlm"))).toBe(false);
    const held = on.text.split("\n").filter((line) => line.includes("held-out"));
    expect(held.map((line) => line.split("  ")[0])).toEqual(["step 0/2", "step 2/2"]);
    // What the first run ended with is what the second one begins with.
    const wordsOf = (line: string | undefined): string => line?.split("  ")[2] ?? "";
    const ended = made.text.split("\n").findLast((line) => line.startsWith("step 10/10"));
    expect(wordsOf(held[0])).toBe(wordsOf(ended));
  });

  test("a run stopped by Ctrl+C and resumed writes the same bytes", async () => {
    const line = `${fresh} --objective rtd --steps 8`;
    const whole = await pretrain("whole", line);
    expect(whole.errors).toBe("");

    const terminal = recordingTerminal();
    const watched = {
      ...terminal,
      line: (text: string) => {
        terminal.line(text);
        if (text.startsWith("step 5/8")) process.emit("SIGINT");
      },
    };
    const stopped = await runDps(`pretrain ${recipe} --output ${at("cut")} ${line}`.split(" "), watched);
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

    const longer = await pretrain("cut", `${line.replace("--steps 8", "--steps 9")} --resume`);
    expect(longer.errors).toBe("");
    expect(evaluations("cut").at(-1).step).toBe(9);
  });

  test("rtd keeps the encoder and not its generator; F16 is half the size", async () => {
    const made = await pretrain("rtd", `${fresh} --objective rtd --steps 3 --half`);
    expect(made.errors).toBe("");
    expect(made.text).toMatch(/replaced \d\.\d{4}/);
    const entries = await tensorsOf("rtd");
    expect([...entries.keys()].filter((name) => /^(generator|cls\.predictions)/.test(name))).toEqual([]);
    expect([...entries.keys()]).toContain("discriminator_predictions.dense_prediction.weight");
    expect(new Set([...entries.values()].map(({ dtype }) => dtype))).toEqual(new Set(["F16"]));
    const config: unknown = JSON.parse(readFileSync(join(at("rtd"), "config.json"), "utf8"));
    expect(config).toMatchObject({ architectures: ["BertForNextSentencePrediction"], torch_dtype: "float16" });
  });

  test.each([
    [`${fresh} --size 16,3,5,32 --steps 1`, "size was given twice"],
    [`--vocabulary ${at("words")} --size 16,2 --steps 1`, "--size 16,2: wanted are four whole numbers"],
    [`--vocabulary ${at("words")} --size 16,2,3,32 --steps 1`, "16 is not divisible by num_attention_heads 3"],
    [`--vocabulary ${at("nowhere")} --steps 1`, "--vocabulary: there is no vocab.txt or tokenizer.json"],
    [`--steps 1`, "--vocabulary is missing"],
    [`--model ${at("words")} --size 16,2,2,32 --steps 1`, "--model brings its own"],
    [`${fresh} --objective words --steps 1`, "it must be one of mlm, rtd"],
    [`${fresh} --resume --steps 1`, "--resume: there is no checkpoint.safetensors"],
    [`${fresh} --embeddings ${at("none")} --steps 1`, "--embeddings: there is no file"],
  ])("refuses %s", async (line, message) => {
    const refused = await pretrain("refused", line);
    expect(refused.code).toBeGreaterThan(0);
    expect(refused.errors).toContain(message);
    expect(refused.errors).not.toContain("error of the program");
  });
});
