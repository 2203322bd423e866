import { expect, test } from "vitest";
import { readOptions } from "../../src/cli/options.ts";
import type { Option } from "../../src/cli/options.ts";
import { adviceFor, editDistance } from "../../src/cli/suggest.ts";

const options: readonly Option[] = [
  { name: "learning-rate", value: "N", help: "", group: "" },
  { name: "train", value: "FILE", help: "", group: "" },
  { name: "json", value: null, help: "", group: "" },
  { name: "text", value: "FILE …", help: "", group: "", many: true },
  { name: "profile", value: "[FILE]", help: "", group: "", optional: true },
  { name: "output", value: "FILE", help: "", group: "", short: "o" },
];

test("values stand behind the option or after an equals sign", () => {
  expect([...readOptions(["--learning-rate", "2e-5", "--train=a=b.tsv", "--json"], options)]).toEqual([
    ["learning-rate", "2e-5"],
    ["train", "a=b.tsv"],
    ["json", ""],
  ]);
  expect([...readOptions([], options)]).toEqual([]);
});

test("an option that takes many values has those up to the next option", () => {
  const given = readOptions(["--text", "a", "b c", "--json", "--train", "d"], options);
  expect([...given]).toEqual([
    ["text", "a\nb c"],
    ["json", ""],
    ["train", "d"],
  ]);
  expect(readOptions(["--text=a", "b"], options).get("text")).toBe("a\nb");
});

test("an option may do without its value where it says so, and takes one at most", () => {
  expect([...readOptions(["--profile", "--json"], options)]).toEqual([
    ["profile", ""],
    ["json", ""],
  ]);
  for (const argv of [["--profile", "a"], ["--profile=a"]]) expect(readOptions(argv, options).get("profile")).toBe("a");
  expect(readOptions(["--json", "--profile"], options).get("profile")).toBe("");
});

test("an option may have a letter, and the thing a command is about needs no name", () => {
  const about: readonly Option[] = [...options, { name: "result", value: "FILE", help: "", group: "", bare: true }];
  for (const argv of [
    ["a.json", "-o", "b.html"],
    ["-o", "b.html", "a.json"],
    ["--output=b.html", "--result", "a.json"],
  ])
    expect(Object.fromEntries(readOptions(argv, about))).toEqual({ result: "a.json", output: "b.html" });
  expect(() => readOptions(["a.json", "b.json"], about)).toThrow('"b.json" stands alone');
  expect(() => readOptions(["-o"], about)).toThrow("--output needs a value: --output FILE.");
  expect(() => readOptions(["--o", "b"], about)).toThrow("There is no option --o.");
});

test("a negative number and a single dash are values", () => {
  expect(readOptions(["--learning-rate", "-1"], options).get("learning-rate")).toBe("-1");
  expect(readOptions(["--train", "-"], options).get("train")).toBe("-");
});

test.each([
  [["--lerning-rate", "1"], "There is no option --lerning-rate. Did you mean --learning-rate?"],
  [["--learning_rate", "1"], "Did you mean --learning-rate?"],
  [["--learningRate", "1"], "Did you mean --learning-rate?"],
  [["--quux", "1"], "There is no option --quux. --help lists the options."],
  [["-j"], "There is no option -j."],
  [["--train"], "--train needs a value: --train FILE."],
  [["--train", "--json"], "--train needs a value"],
  [["--train="], "--train needs a value"],
  [["--json=yes"], '--json takes no value, but "yes" was given.'],
  [["--train", "a", "--train", "b"], "--train was given twice"],
  [["stray"], '"stray" stands alone'],
  [["--text", "a", "--json", "b"], '"b" stands alone'],
  [["--profile", "a", "b"], '"b" stands alone'],
  [["--profile=a", "b"], '"b" stands alone'],
  [["--profile="], "--profile needs a value: --profile [FILE]."],
])("%j is refused", (argv, message) => {
  expect(() => readOptions(argv, options)).toThrow(message);
});

test("distances count insertions, deletions, replacements and swaps", () => {
  const pairs = [
    ["", "abc", 3],
    ["abc", "abc", 0],
    ["kitten", "sitting", 3],
    ["sedes", "seeds", 1],
    ["vanila", "vanilla", 1],
  ] as const;
  for (const [from, to, distance] of pairs) expect(editDistance(from, to), `${from} ${to}`).toBe(distance);
});

test("only a likely word is suggested", () => {
  expect(adviceFor("dps-dens", ["vanilla", "dps-dense", "dps-mix"], "")).toBe("Did you mean dps-dense?");
  expect(adviceFor("mixout", ["vanilla", "dps-dense"], "No.")).toBe("No.");
  expect(adviceFor("predict", ["predictions", "save"], "")).toBe("Did you mean predictions?");
});
