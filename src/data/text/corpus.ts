import { AppError, messageOf } from "../../core/errors.ts";

/** A document of a plain text: its paragraphs, none of them empty. */
export type CorpusDocument = readonly string[];

/** Bounds of what is read. */
export interface CorpusLimits {
  /** Unpacked bytes a file. */
  readonly fileBytes: number;
  /** A longer line is cut into several paragraphs. */
  readonly paragraphLength: number;
  /** A longer document is cut into several, in UTF-16 units. */
  readonly documentLength: number;
}

const usualLimits: CorpusLimits = { fileBytes: 1e9, paragraphLength: 100_000, documentLength: 1_000_000 };

/**
 * Reads a text file document by document: a paragraph a line, an empty line between documents. A file that begins as
 * gzip does is unpacked on the way; only a small part of it is in memory at any time.
 *
 * Errors: bad-table for what is no UTF-8 text or cannot be read; bad-archive for damaged gzip; too-large.
 */
export async function* readDocuments(
  blob: Blob,
  name: string,
  limits: CorpusLimits = usualLimits,
): AsyncGenerator<CorpusDocument> {
  let paragraphs: string[] = [];
  let length = 0;
  for await (const line of readParagraphs(blob, name, limits)) {
    if (paragraphs.length > 0 && (line === "" || length + line.length > limits.documentLength)) {
      yield paragraphs;
      paragraphs = [];
      length = 0;
    }
    if (line === "") continue;
    paragraphs.push(line);
    length += line.length;
  }
  if (paragraphs.length > 0) yield paragraphs;
}

/** The documents of several files, file after file; each reading starts anew. Errors: as readDocuments. */
export async function* documentsOf(
  files: readonly { readonly path: string; readonly file: Blob }[],
): AsyncGenerator<CorpusDocument> {
  for (const { path, file } of files) yield* readDocuments(file, path);
}

/** Trimmed lines, overlong ones cut at a blank where there is one. */
async function* readParagraphs(blob: Blob, name: string, { fileBytes, paragraphLength }: CorpusLimits) {
  let rest = "";
  let first = true;
  for await (const text of readText(blob, name, fileBytes)) {
    const lines = (rest + (first ? text.replace(/^\uFEFF/, "") : text)).split("\n");
    first = false;
    rest = lines.pop() ?? "";
    for (const line of lines) yield* cutParagraph(line.trim(), paragraphLength);
    while (rest.length > 2 * paragraphLength) {
      const [head = "", ...others] = cutParagraph(rest, paragraphLength);
      yield head.trim();
      rest = others.join(" ");
    }
  }
  yield* cutParagraph(rest.trim(), paragraphLength);
}

function cutParagraph(line: string, paragraphLength: number): string[] {
  const parts: string[] = [];
  let at = 0;
  while (line.length - at > paragraphLength) {
    const blank = line.lastIndexOf(" ", at + paragraphLength);
    const end = blank > at ? blank : at + paragraphLength;
    parts.push(line.slice(at, end));
    at = blank > at ? end + 1 : end;
  }
  return [...parts, line.slice(at)];
}

/** A file's text in pieces of some ten thousand characters, cut anywhere but inside one. */
async function* readText(blob: Blob, name: string, fileBytes: number): AsyncGenerator<string> {
  const packed = await isGzip(blob, name);
  const bytes = packed ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  const decode = utf8Decoder(name);
  const reader = bytes.getReader();
  let readBytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader
        .read()
        .catch((cause: unknown) => Promise.reject(unread(name, packed, cause)));
      if (done) break;
      readBytes += value.length;
      if (readBytes > fileBytes) {
        throw new AppError(
          "too-large",
          `${name} holds more than ${fileBytes} bytes of text. Cut it into several files.`,
        );
      }
      yield decode(value);
    }
    yield decode(null);
  } finally {
    await reader.cancel().catch(() => null);
  }
}

async function isGzip(blob: Blob, name: string): Promise<boolean> {
  const head = await blob
    .slice(0, 2)
    .arrayBuffer()
    .catch((cause: unknown) => Promise.reject(unread(name, false, cause)));
  const [first, second] = new Uint8Array(head);
  return first === 0x1f && second === 0x8b;
}

/** Bytes to text, a character that two pieces share with the second; null ends it. Errors: bad-table. */
function utf8Decoder(name: string): (bytes: Uint8Array<ArrayBuffer> | null) => string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return bytes === null ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new AppError("bad-table", `${name} is not UTF-8 text. Save it as UTF-8, one paragraph a line.`, { cause });
    }
  };
}

function unread(name: string, packed: boolean, cause: unknown): AppError {
  const reason = messageOf(cause);
  return packed
    ? new AppError("bad-archive", `${name} does not unpack (${reason}). Is it cut off? Pack it again with gzip.`, {
        cause,
      })
    : new AppError("bad-table", `${name} cannot be read (${reason}). Is it a folder? A text file is wanted here.`, {
        cause,
      });
}
