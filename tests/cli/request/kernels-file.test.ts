import { describe, expect, test } from "vitest";
import { readKernelsFile } from "../../../src/cli/request/kernels-file.ts";
import { AppError } from "../../../src/core/errors.ts";

const choice = { "matmul nt 256x256": "block32x4", "attention 4x64": "blocks" };
const kept = { choice, tried: [] };

describe("a choice in a file", () => {
  test("stands alone, in what was kept, or in a result", () => {
    expect(readKernelsFile(JSON.stringify(choice), "choice.json")).toEqual(choice);
    expect(readKernelsFile(JSON.stringify(kept), "kept.json")).toEqual(choice);
    expect(readKernelsFile(JSON.stringify({ config: {}, runs: [], kernels: choice }), "result.json")).toEqual(choice);
    expect(readKernelsFile(JSON.stringify({ config: {}, runs: [], kernels: {} }), "portable.json")).toEqual({});
  });

  test.each([
    ["no JSON", "tiled", "x.json is not JSON. Wanted is a result.json, or a choice as in"],
    ["a list", "[1]", "x.json holds a list. Wanted is"],
    ["a number", "3", "x.json holds 3 alone. Wanted is"],
    ["another file", '{"version":1,"name":"Plan"}', 'x.json holds "version": 1, which names no kernel. Wanted is'],
    ["an older result", '{"config":{},"runs":[]}', "x.json is a result that does not say which kernels it ran with."],
  ])("is refused where there is %s", (_, text, message) => {
    const failure = (): unknown => readKernelsFile(text, "x.json");
    expect(failure).toThrow(AppError);
    expect(failure).toThrow(message);
  });
});
