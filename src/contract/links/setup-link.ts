import * as v from "valibot";
import { AppError } from "../../core/errors.ts";
import { isObject, parsedJson } from "../../core/json.ts";
import type { Catalog } from "../catalog.ts";
import { linkStart } from "./link-start.ts";
import { packText, unpackText } from "./packed-text.ts";
import { planSizeLimit, readPlanFile, writePlanFile, type NamedPlan } from "../plan-file.ts";
import type { Checked } from "../schemas/schema.ts";

/** Letters of a link's fragment. Browsers take far more; mails and chats do not. */
export const linkLimit = 16_384;

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));
const shipped = v.pipe(v.string(), v.maxLength(100), v.regex(/^[a-z0-9][a-z0-9-]*$/));
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));

/** See LinkedModel. */
const model = v.variant("kind", [
  v.strictObject({ kind: v.literal("bundled"), id: shipped }),
  v.strictObject({
    kind: v.literal("hub"),
    id: v.pipe(name, v.regex(/^\w[\w.-]*(\/\w[\w.-]*)?$/)),
    revision: v.pipe(name, v.regex(/^\w[\w./-]*$/)),
  }),
]);

/** See LinkedData. */
const data = v.variant("kind", [
  v.strictObject({ kind: v.literal("sample"), id: shipped }),
  v.strictObject({ kind: v.literal("hub"), task: name, dev: v.pipe(v.string(), v.maxLength(500)) }),
]);

const rows = v.strictObject({
  devShare: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1))),
  splitSeed: v.optional(seed),
  sampleCount: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_000_000))),
  sampleSeed: seed,
});

const schema = v.strictObject({
  version: v.literal(1),
  plan: v.custom<object>(isObject),
  rows,
  model: v.nullable(model),
  data: v.nullable(data),
});

/** A model that anybody has: one that ships with the page, or one of the Hub. */
export type LinkedModel = Checked<typeof model>;

/** Tables that anybody has: a sample task, or a task's own files of the Hub. */
export type LinkedData = Checked<typeof data>;

/** What a link holds: settings and names, never rows or weights. */
export interface LinkedSetup extends NamedPlan {
  /** Which rows become train and dev. */
  readonly rows: Checked<typeof rows>;
  /** null: the sender's own files. */
  readonly model: LinkedModel | null;
  readonly data: LinkedData | null;
}

/** A set-up as an address's fragment, with the "#". Errors: too-large. */
export function writeSetupLink({ name: planName, plan, ...rest }: LinkedSetup): string {
  const file: unknown = JSON.parse(writePlanFile({ name: planName, plan }));
  const link = linkStart + packText(JSON.stringify({ version: 1, plan: file, ...rest }));
  if (link.length <= linkLimit) return link;
  const found = `This plan makes a link of ${link.length} letters; at most ${linkLimit} can be sent along.`;
  throw new AppError("too-large", `${found} Save it as plan.json and send that.`);
}

/**
 * Reads the fragment of an address that a stranger sent. Errors: bad-settings for a link that is damaged or not ours,
 * or whose plan does not fit the catalog; too-large.
 */
export function readSetupLink(fragment: string, catalog: Catalog): LinkedSetup {
  const advice = "Ask for it again, and copy all of it.";
  const broken = (cause?: unknown): AppError =>
    new AppError("bad-settings", `The link is damaged: what it holds cannot be read. ${advice}`, { cause });
  if (fragment.length > linkLimit) throw tooLarge(`has ${fragment.length} letters; at most ${linkLimit} are read`);
  const unpacked = unpackText(fragment.slice(linkStart.length), planSizeLimit);
  if (unpacked === "too-large") throw tooLarge(`unpacks to more than ${planSizeLimit / 1024} KiB`);
  if (!fragment.startsWith(linkStart) || unpacked === null) throw broken();
  const checked = v.safeParse(schema, parsedJson(unpacked.text, broken), { abortEarly: true });
  if (!checked.success) {
    const where = v.getDotPath(checked.issues[0]) ?? "the whole of it";
    const found = `The link was not made by this version of the page: ${where} does not fit.`;
    throw new AppError("bad-settings", `${found} ${advice}`);
  }
  const { plan: file, rows: chosen, model: wanted, data: tables } = checked.output;
  const { name: planName, plan } = readPlan(file, catalog, broken);
  if (tables?.kind === "hub") checkTask(tables, catalog);
  return { name: planName, plan, rows: chosen, model: wanted, data: tables };
}

/** Reads the plan of a link. Errors: those of readPlanFile; `broken` for one that is nested without end. */
function readPlan(file: object, catalog: Catalog, broken: (cause: unknown) => AppError): NamedPlan {
  try {
    return readPlanFile(JSON.stringify(file), "The plan in the link", catalog);
  } catch (thrown) {
    throw thrown instanceof RangeError ? broken(thrown) : thrown;
  }
}

function checkTask({ task: id, dev }: Extract<LinkedData, { kind: "hub" }>, { tasks }: Catalog): void {
  const hub = tasks.find((task) => task.id === id)?.hub ?? null;
  if (hub !== null && hub.dev.some(({ path }) => path === dev)) return;
  const known = tasks.flatMap((task) => (task.hub === null ? [] : [task.id])).join(", ");
  const asked = `"${id.slice(0, 40)}", scored on "${dev.slice(0, 60)}"`;
  throw new AppError("bad-settings", `The link asks for the Hub's files of the task ${asked}; known are ${known}.`);
}

function tooLarge(found: string): AppError {
  return new AppError("too-large", `The link ${found}, so it is no plan of this page. Do not use it.`);
}
