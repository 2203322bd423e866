import { vi } from "vitest";
import { sha256Of } from "../../src/contract/sources/bundled.ts";
import type { App } from "../../src/store/app.ts";

/** Answers addresses below https://page.test/ with these texts, others with 404. Fills the list with what was asked for. */
export function serve(files: Readonly<Record<string, string>>, type = "text/plain"): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string) => {
    const path = address.replace("https://page.test/", "");
    asked.push(path);
    const text = files[path];
    const answer =
      text === undefined
        ? new Response("", { status: 404 })
        : new Response(text, { headers: { "content-type": type } });
    return Promise.resolve(answer);
  });
  return asked;
}

/** A page's models/ and tasks/: one model of two files and a card, one task. */
export async function shippedFiles(): Promise<Readonly<Record<string, string>>> {
  const model = { "config.json": "{}", "model.safetensors": "weights", "README.md": "# Small\n" };
  const files = await Promise.all(
    Object.entries(model).map(async ([name, text]) => {
      const bytes = new TextEncoder().encode(text);
      return { name, sizeBytes: bytes.length, sha256: await sha256Of(bytes.buffer) };
    }),
  );
  const entry = { id: "small", label: "Small", description: "A small one.", license: "mit", parameterCount: 7, files };
  const task = { id: "sentiment", label: "Sentiment", description: "Praise or blame.", train: 5, dev: 3 };
  return {
    "models/index.json": JSON.stringify([entry]),
    ...Object.fromEntries(Object.entries(model).map(([name, text]) => [`models/small/${name}`, text])),
    "tasks/index.json": JSON.stringify([task]),
    "tasks/sentiment/train.tsv": "train",
    "tasks/sentiment/dev.tsv": "dev",
  };
}

/** Place and words of every notice. */
export function messages(app: App): string[] {
  return app.store.getState().notices.items.map(({ place, message }) => `${place}: ${message}`);
}
