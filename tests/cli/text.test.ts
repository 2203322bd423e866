import { expect, test } from "vitest";
import { labelsAsInData } from "../../src/cli/report/describe.ts";
import { optionHelp, wrap } from "../../src/cli/help.ts";
import { predictionsTable } from "../../src/cli/report/predictions.ts";
import { openTerminal } from "../../src/cli/terminal.ts";
import { formatTable } from "../../src/cli/report/text-table.ts";

test("a table is aligned, numbers to the right", () => {
  expect(formatTable(["method", "f1"], [["a", "1.00 ± 0.50"], ["dps-dense", "–"], ["b"]])).toEqual([
    "method              f1",
    "a          1.00 ± 0.50",
    "dps-dense            –",
    "b",
  ]);
});

test("long help is broken between words", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("incomprehensible word", 5)).toEqual(["incomprehensible", "word"]);
  const option = { name: "seeds", value: "LIST", help: "aa bb", group: "G" };
  expect(optionHelp([option, { ...option, name: "json", value: null }], 9)).toEqual([
    "",
    "G:",
    "  --seeds LIST",
    "      aa",
    "      bb",
    "  --json",
    "      aa",
    "      bb",
  ]);
});

test("a terminal keeps its changing line below the others; a pipe never sees it", () => {
  const written = { out: "", errors: "" };
  const stream = (name: "out" | "errors", columns: number | null) => ({
    ...(columns === null ? {} : { isTTY: true, columns }),
    write: (text: string) => (written[name] += text),
  });
  const watched = openTerminal(stream("out", 10), stream("errors", 10));
  watched.status("abcdefghijkl");
  watched.line("L");
  watched.status("");
  watched.line("M");
  expect(written.out).toBe("abcdefghi\r\u001B[2KL\nabcdefghi\r\u001B[2KM\n");
  written.out = "";
  const piped = openTerminal(stream("out", null), stream("errors", null));
  piped.status("s");
  piped.line("L");
  piped.complain("E");
  expect(written).toEqual({ out: "L\n", errors: "E\n" });
});

test("labels keep the spelling of the file", () => {
  expect(labelsAsInData(["no", "yes"], ["1", "0"])).toEqual(["0", "1"]);
  expect(labelsAsInData(["no", "yes"], ["yes", "no"])).toEqual(["no", "yes"]);
  expect(labelsAsInData(["1", "2"], ["2", "1"])).toEqual(["1", "2"]);
  expect(labelsAsInData([], ["2.5"])).toEqual([]);
});

test("predictions hold every logit to nine digits, enough to name the float", () => {
  const logits = Float32Array.of(0.1, -1 / 3, 1e-7, 12345.678);
  const text = predictionsTable({
    targets: Float32Array.of(1, 0),
    logits,
    kind: "classification",
    labels: ["no", "yes"],
  });
  const rows = text.split("\n").map((line) => line.split("\t"));
  expect(rows).toEqual([
    ["index", "label", "prediction", "logit_0", "logit_1"],
    ["0", "yes", "no", "0.100000001", "-0.333333343"],
    ["1", "no", "yes", "1.00000001e-7", "12345.6777"],
    [""],
  ]);
  expect(Float32Array.from([...(rows[1] ?? []).slice(3), ...(rows[2] ?? []).slice(3)].map(Number))).toEqual(logits);
});

test("predictions of a regression are its scores", () => {
  const text = predictionsTable({
    targets: Float32Array.of(3.8),
    logits: Float32Array.of(2.25),
    kind: "regression",
    labels: [],
  });
  expect(text).toBe("index\tlabel\tprediction\tlogit_0\n0\t3.8\t2.25\t2.25000000\n");
});

test("what a file says steers no terminal: labels, names and errors are shown on one line", () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 60, write: (text: string) => void written.push(text) };
  const terminal = openTerminal(stream, stream);
  const label = "good\u001b]0;pwned\u0007\u001b[2J\r\nbad\u202e";
  const seen = "good\\u001b]0;pwned\\u0007\\u001b[2J\\u000d\\u000abad\\u202e";
  terminal.line(`  ${label}  0.91`);
  terminal.complain(`dps: no label ${label}`);
  terminal.status(label);
  expect(written.map((text) => text.replaceAll("\r\u001b[2K", ""))).toEqual([
    `  ${seen}  0.91\n`,
    `dps: no label ${seen}\n`,
    "",
    seen.slice(0, 59),
  ]);
  terminal.line("x".repeat(98_000_000));
  expect(written.at(-1)?.length).toBeLessThan(4200);
});
