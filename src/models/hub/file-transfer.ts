import { AppError } from "../../core/errors.ts";
import { ask, cancelled, givenUp, isHitch, reasonOf, Silence, upperFirst, waitBefore } from "./exchange.ts";
import type { Exchange, Hitch } from "./exchange.ts";
import type { ListedFile } from "./listing.ts";
import type { Meter } from "./meter.ts";
import { gitHash, sha256Of } from "./sha.ts";
import type { Draft } from "./store.ts";

/**
 * Brings a draft to its full size, from where it stands: cut transfers go on with Range, waits are bounded. Answers
 * whether it was put together from several answers.
 *
 * A browser may have to ask the storage behind the Hub for leave before it sends If-Range, and that storage may refuse;
 * a plain Range needs no leave in today's browsers. So a continuation is asked for with If-Range, then without, then the
 * whole file is; a whole file that does come is taken from its first byte.
 *
 * Errors: not-found, no-access, unreachable, bad-download, no-space, stopped.
 */
export async function transfer(
  file: ListedFile,
  url: string,
  draft: Draft,
  exchange: Exchange,
  meter: Meter,
): Promise<boolean> {
  if (draft.sizeBytes > file.sizeBytes) await draft.begin(null);
  let inParts = draft.sizeBytes > 0;
  let attempt = 1;
  let unanswered = 0;
  while (draft.sizeBytes < file.sizeBytes || file.sizeBytes === 0) {
    meter.enter("fetching", file.path);
    const before = draft.sizeBytes;
    const form = forms[unanswered % forms.length] ?? "whole";
    const hitch = await receive(file, url, draft, { exchange, meter, form });
    if (hitch === null) break;
    attempt = draft.sizeBytes > before ? 2 : attempt + 1;
    if (attempt > exchange.patience.attempts) throw givenUp(hitch, exchange, attempt - 1);
    unanswered = hitch.unanswered === true ? unanswered + 1 : 0;
    inParts = true;
    meter.enter("waiting", file.path, `${upperFirst(hitch.reason)}. Trying again.`);
    await waitBefore(attempt, hitch, exchange);
  }
  return inParts;
}

const forms = ["continued if unchanged", "continued", "whole"] as const;

interface Receiving {
  readonly exchange: Exchange;
  readonly meter: Meter;
  readonly form: (typeof forms)[number];
}

/** One request and its bytes, into the draft. null: the file is there; else why not. */
async function receive(file: ListedFile, url: string, draft: Draft, receiving: Receiving): Promise<Hitch | null> {
  const { exchange, meter, form } = receiving;
  const begin = form === "whole" ? 0 : draft.sizeBytes;
  const validator = form === "continued if unchanged" ? draft.validator : null;
  const silence = new Silence(exchange.signal, exchange.patience.silenceMs);
  const beat = setInterval(() => meter.beat(), 500);
  try {
    const response = await ask(exchange, url, rangeHeaders(begin, validator), silence);
    if (isHitch(response)) return response;
    const problem = await settle(response, file, draft, begin, exchange);
    if (problem !== null) return problem;
    meter.have(draft.sizeBytes);
    return await drain(response, file, draft, { silence, exchange, meter });
  } finally {
    clearInterval(beat);
    silence.end();
  }
}

function rangeHeaders(begin: number, validator: string | null): Readonly<Record<string, string>> {
  if (begin === 0) return {};
  // A weak validator must not be sent. Source: RFC 9110, 13.1.5.
  const strong = validator !== null && !validator.startsWith("W/");
  return { Range: `bytes=${begin}-`, ...(strong ? { "If-Range": validator } : {}) };
}

/** Checks that an answer continues the draft, or begins it anew. A hitch: ask again. Errors: bad-download, no-space. */
async function settle(
  response: Response,
  file: ListedFile,
  draft: Draft,
  begin: number,
  { hub }: Exchange,
): Promise<Hitch | null> {
  const { headers, status } = response;
  const drop = async (): Promise<void> => await response.body?.cancel().catch(() => undefined);
  const validator = headers.get("ETag");
  if (/^text\/html\b/i.test(headers.get("Content-Type") ?? "") && !/\.html?$/i.test(file.path)) {
    await drop();
    throw new AppError(
      "bad-download",
      `A web page came from ${hub} in place of ${file.path}. Does a login page stand between, or is the address wrong?`,
    );
  }
  if (status === 206 && begin > 0) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("Content-Range") ?? "") ?? [];
    // Content-Range may be hidden from a browser; then the final hash decides.
    const moved = from !== undefined && (Number(from) !== begin || (total !== "*" && Number(total) !== file.sizeBytes));
    const changed = draft.validator !== null && validator !== null && validator !== draft.validator;
    if (!moved && !changed) return null;
  }
  if (status === 206 || status === 416) {
    await drop();
    await draft.begin(null);
    return { reason: `${file.path} changed on ${hub} since its first part came, and begins anew`, waitMs: 0 };
  }
  await draft.begin(validator);
  return null;
}

interface Draining {
  readonly silence: Silence;
  readonly exchange: Exchange;
  readonly meter: Meter;
}

/** Moves an answer's bytes into the draft. Errors: bad-download where more come than there should be; no-space, stopped. */
async function drain(
  response: Response,
  file: ListedFile,
  draft: Draft,
  { silence, exchange, meter }: Draining,
): Promise<Hitch | null> {
  const reader = response.body?.getReader();
  const cut = (why: string): Hitch => ({
    reason: `the transfer of ${file.path} ${why} after ${draft.sizeBytes} of ${file.sizeBytes} bytes`,
    waitMs: null,
  });
  try {
    for (;;) {
      let bytes: Uint8Array<ArrayBuffer> | undefined;
      try {
        bytes = (await reader?.read())?.value;
      } catch (cause) {
        if (exchange.signal.aborted) throw cancelled();
        return cut(silence.broken ? "fell silent" : `broke off (${reasonOf(cause)})`);
      }
      if (exchange.signal.aborted) throw cancelled();
      if (bytes === undefined) return draft.sizeBytes === file.sizeBytes ? null : cut("ended");
      silence.heard();
      if (draft.sizeBytes + bytes.length > file.sizeBytes) throw await tooMuch(file, draft, exchange);
      await draft.append(bytes);
      meter.have(draft.sizeBytes, bytes.length);
    }
  } finally {
    // Ends the request where the loop was left early.
    await reader?.cancel().catch(() => undefined);
  }
}

async function tooMuch(file: ListedFile, draft: Draft, { hub }: Exchange): Promise<AppError> {
  await draft.begin(null);
  return new AppError(
    "bad-download",
    `${hub} sends more of ${file.path} than the ${file.sizeBytes} bytes that it lists. It was dropped; try again.`,
  );
}

/** Whether a draft's content has the hash that the Hub lists. Errors: stopped. */
export async function isIntact(file: ListedFile, draft: Draft, { signal }: Exchange, meter: Meter): Promise<boolean> {
  meter.enter("checking", file.path);
  const content = await draft.content();
  const found = await (file.hash.length === 64 ? sha256Of : gitHash)(content, () => {
    if (signal.aborted) throw cancelled();
  });
  return found === file.hash;
}
