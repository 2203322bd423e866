import type { DroppedFile } from "../../../worker/api.ts";

/** A browser's file with the path that a folder drop or a folder choice gave it. */
type FileWithPlace = File & { readonly path?: string; readonly relativePath?: string };

/** Files as the engine takes them: paths relative to what was dropped, no leading "./" or "/". */
export function droppedFiles(files: readonly FileWithPlace[]): DroppedFile[] {
  return files.map((file) => {
    const found = [file.webkitRelativePath, file.relativePath, file.path, file.name];
    const path = found.find((one) => one !== undefined && one !== "") ?? file.name;
    return { path: path.replace(/^(\.?\/)+/, ""), file };
  });
}
