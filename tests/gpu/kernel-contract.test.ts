import { describe, expect, test } from "vitest";
import type { Kernel } from "../../src/gpu/kernel.ts";
import { declaredIn } from "../shaders/declared.ts";
import { shaderFiles, withLibraries } from "../shaders/files.ts";

const rooms = import.meta.glob<Record<string, unknown>>("../../src/{gpu,nn,optim,methods,train}/**/*.ts");
const modules = await Promise.all(Object.values(rooms).map((load) => load()));
const kernels = [...new Set(modules.flatMap((module) => kernelsIn(module)))];
const files = shaderFiles.filter((file) => file.kernel);

function isKernel(value: object): value is Kernel {
  return "wgsl" in value && "bindings" in value && "uniforms" in value && "name" in value;
}

/** Every kernel in a value, through arrays, records and maps. */
function kernelsIn(value: unknown, depth = 0): readonly Kernel[] {
  if (typeof value !== "object" || value === null || depth > 5) return [];
  if (isKernel(value)) return [value];
  const parts = value instanceof Map ? [...value.values()] : Object.values(value);
  return parts.flatMap((inner) => kernelsIn(inner, depth + 1));
}

/** The file whose text ends a kernel's text: libraries stand in front. */
function fileOf(kernel: Kernel) {
  const fits = files.filter((file) => kernel.wgsl.trimEnd().endsWith(file.text.trimEnd()));
  // Where one file's text ends another's, the longer is meant.
  return fits.sort((left, right) => right.text.length - left.text.length)[0];
}

describe.each(kernels.map((kernel) => ({ name: kernel.name, kernel })))("kernel $name", ({ kernel }) => {
  const declared = declaredIn(kernel.wgsl);

  test("is a file of shaders/ with the libraries the file names, and bears its name", () => {
    const file = fileOf(kernel);
    if (file === undefined) throw new Error(`No file in shaders/ has the text of ${kernel.name}.`);
    // One file may give several kernels, told apart by their overrides or libraries: <file>_<which>.
    if (kernel.name !== file.name) {
      expect(kernel.name.startsWith(`${file.name}_`), `${kernel.name} comes from ${file.path}`).toBe(true);
      expect(Object.keys(kernel.constants ?? {}).length + withLibraries(file).length).toBeGreaterThan(1);
    }
    expect(withLibraries(file).map(squeeze)).toContain(squeeze(kernel.wgsl));
  });

  test("lists its bindings as the shader does, with the uniforms last", () => {
    expect(Object.entries(kernel.bindings)).toEqual(declared.bindings);
    if (declared.uniformBinding !== null) expect(declared.uniformBinding).toBe(declared.bindings.length);
  });

  test("lists its uniforms as the struct does", () => {
    expect(Object.entries(kernel.uniforms)).toEqual(declared.uniforms);
  });

  test("sets overrides that exist, and all that have no default", () => {
    const set = Object.keys(kernel.constants ?? {});
    const names = declared.overrides.map(({ name }) => name);
    const needed = declared.overrides.filter(({ hasDefault }) => !hasDefault).map(({ name }) => name);
    expect(set.filter((name) => !names.includes(name))).toEqual([]);
    expect(needed.filter((name) => !set.includes(name))).toEqual([]);
  });
});

/** Blank lines and spaces between the parts do not count. */
function squeeze(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

describe("all kernels", () => {
  test("have names of their own", () => {
    const names = kernels.map((kernel) => kernel.name);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  });

  test("use every file of shaders/, and every library is used", () => {
    const used = new Set(kernels.map((kernel) => fileOf(kernel)?.path));
    expect(files.map((file) => file.path).filter((path) => !used.has(path))).toEqual([]);
    const libraries = shaderFiles.filter((file) => !file.kernel);
    const texts = kernels.map((kernel) => squeeze(kernel.wgsl));
    const idle = libraries.filter((library) => !texts.some((text) => text.includes(squeeze(library.text))));
    expect(idle.map((library) => library.path)).toEqual([]);
  });
});

describe("the reader of declarations", () => {
  const wgsl = `
    // @group(0) @binding(7) var<storage, read> not_me: array<f32>;
    override WG: u32 = 256; override EDGE: u32;
    struct Uniforms { rows: u32, eps: f32, }
    @group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
    @group(0) @binding(0) var<storage> x: array<f32>;
    @group(0) @binding(2) var<uniform> u: Uniforms;`;

  test("finds names, access, order, uniforms and overrides", () => {
    expect(declaredIn(wgsl)).toEqual({
      bindings: [
        ["x", "read"],
        ["y", "read_write"],
      ],
      uniforms: [
        ["rows", "u32"],
        ["eps", "f32"],
      ],
      uniformBinding: 2,
      overrides: [
        { name: "WG", hasDefault: true },
        { name: "EDGE", hasDefault: false },
      ],
    });
  });

  test("refuses a gap in the binding numbers", () => {
    expect(() => declaredIn(wgsl.replace("@binding(1)", "@binding(3)"))).toThrow("Binding 1");
  });
});
