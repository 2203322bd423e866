import { expect, test } from "vitest";
import { readOptions } from "../../src/cli/options.ts";
import type { Option } from "../../src/cli/options.ts";
import { readSeeds } from "../../src/cli/seeds.ts";
import { editDistance, suggestionFor } from "../../src/cli/suggest.ts";

const options: readonly Option[] = [
  { name: "learning-rate", value: "N", help: "", group: "" },
  { name: "train", value: "FILE", help: "", group: "" },
  { name: "json", value: null, help: "", group: "" },
  { name: "text", value: "FILE …", help: "", group: "", many: true },
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
  expect(suggestionFor("dps-dens", ["vanilla", "dps-dense", "dps-mix"])).toBe("dps-dense");
  expect(suggestionFor("mixout", ["vanilla", "dps-dense"])).toBeNull();
  expect(suggestionFor("predict", ["predictions", "save"])).toBe("predictions");
});

test("seeds are numbers and ranges in the order given", () => {
  expect(readSeeds("3, 1,5-7")).toEqual([3, 1, 5, 6, 7]);
  expect(readSeeds("0")).toEqual([0]);
  expect(readSeeds("4294967295")).toEqual([4294967295]);
});

test.each([
  ["", '"" is neither'],
  ["1,,2", '"" is neither'],
  ["one", '"one" is neither'],
  ["1.5", '"1.5" is neither'],
  ["-1", '"-1" is neither'],
  ["5-1", "a range goes upwards; 5-1 does not"],
  ["1-3,2", "2 was given twice"],
  ["4294967296", "above 4294967295"],
  ["1-1000000000", "at most 1000 seeds"],
])("seeds %j are refused", (text, message) => {
  expect(() => readSeeds(text)).toThrow(message);
});
