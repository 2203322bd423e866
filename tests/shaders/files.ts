import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One file of shaders/. */
export interface ShaderFile {
  /** From shaders/, as in "lib/threefry.wgsl". */
  readonly path: string;
  /** What its first line says: a kernel's name, a library's path. */
  readonly name: string;
  readonly text: string;
  /** false for a library: it has no entry point. */
  readonly kernel: boolean;
}

const folder = fileURLToPath(new URL("../../shaders", import.meta.url));

/** Every .wgsl file, sorted by path. */
export const shaderFiles: readonly ShaderFile[] = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".wgsl"))
  .sort()
  .map((path) => {
    const kernel = !path.startsWith("lib/");
    const name = kernel ? path.replace(/\.wgsl$/, "") : path;
    return { path, name, kernel, text: readFileSync(`${folder}/${path}`, "utf8") };
  });

/** The libraries of a list of paths. Errors: Error, when there is no such file. */
function librariesIn(list: string, file: ShaderFile): readonly ShaderFile[] {
  const paths = list.split(/[,\s]+/).filter((path) => path !== "");
  return paths.map((path) => {
    const library = shaderFiles.find((other) => other.path === path.replace(/\.$/, ""));
    if (library === undefined) throw new Error(`${file.path} uses ${path}, which is not in shaders/.`);
    return library;
  });
}

/**
 * A file's text in every form that the device gets, its libraries in front: those that its `// Uses: lib/<name>.wgsl, ...`
 * lines name together, and those of each `// Or: ...` line in their place; with each type of numbers, where they name one.
 */
export function withLibraries(file: ShaderFile): readonly string[] {
  const lists = (word: string) =>
    [...file.text.matchAll(new RegExp(`^// ${word}: (.+)$`, "gm"))].map(([, list = ""]) => list);
  const named = [lists("Uses").join(" "), ...lists("Or")];
  const forms = [...new Set(named.flatMap((list) => [list, list.replace("lib/real_f32.wgsl", "lib/real_f16.wgsl")]))];
  return forms.map((list) => [...librariesIn(list, file), file].map((part) => part.text).join("\n"));
}
