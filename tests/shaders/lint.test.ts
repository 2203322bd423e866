import { afterAll, describe, expect, test } from "vitest";
import { create } from "webgpu";
import { shaderFiles, withLibraries } from "./files.ts";

// The null backend has no driver behind it, but the whole front end of the compiler. Root object and device are kept
// together: Dawn ends the process when the one is collected while the other lives.
const dawn = await openNullDevice();
afterAll(() => dawn.device.destroy());

async function openNullDevice() {
  const gpu = create(["backend=null"]);
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new Error("Dawn gave no null adapter.");
  return { gpu, device: await adapter.requestDevice({ requiredFeatures: ["subgroups", "shader-f16"] }) };
}

/** What the compiler has to say, as "line:column type: message" with lines of the file itself; 0 and below is a library. */
async function complaints(code: string, linesInFront = 0): Promise<readonly string[]> {
  const { device } = dawn;
  device.pushErrorScope("validation");
  const info = await device.createShaderModule({ code }).getCompilationInfo();
  await device.popErrorScope();
  return info.messages.map(
    (found) => `${found.lineNum - linesInFront}:${found.linePos} ${found.type}: ${found.message}`,
  );
}

test.each(shaderFiles)("$path begins with its name", ({ text, name }) => {
  expect(text.split("\n")[0]).toBe(`// ${name}`);
});

// A library is compiled with each kernel that uses it: it may speak of their uniforms.
describe.each(shaderFiles.filter((file) => file.kernel))("kernel $path", (file) => {
  test("compiles without a word", async () => {
    for (const code of withLibraries(file)) {
      const linesInFront = code.slice(0, code.length - file.text.length).split("\n").length - 1;
      expect(await complaints(code, linesInFront)).toEqual([]);
    }
  });

  test("says its shapes and dispatch", () => {
    expect(file.text).toMatch(/^\/\/ Shapes: /m);
    expect(file.text).toMatch(/^\/\/ Dispatch: /m);
  });

  test("has one entry point, main, and one group", () => {
    expect([...file.text.matchAll(/@compute[^{]*fn\s+(\w+)/g)].map((found) => found[1])).toEqual(["main"]);
    expect(new Set([...file.text.matchAll(/@group\((\w+)\)/g)].map((found) => found[1]))).toEqual(new Set(["0"]));
  });
});

describe("the lint itself", () => {
  test("finds a wrong type and a barrier in non-uniform control flow", async () => {
    expect(await complaints("fn f() -> u32 { return 1.5; }")).toHaveLength(1);
    const divergent = `@compute @workgroup_size(8) fn main(@builtin(local_invocation_index) i: u32) {
      if (i < 4u) { workgroupBarrier(); }
    }`;
    expect((await complaints(divergent)).join()).toContain("uniform control flow");
  });
});
