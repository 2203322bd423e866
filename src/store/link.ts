import type { Catalog } from "../contract/catalog.ts";
import { planNameLimit } from "../contract/plan-file.ts";
import type { ConfigRecord, ModelRecord, TableSource } from "../contract/run.ts";
import type { LinkedData, LinkedModel, LinkedSetup } from "../contract/links/setup-link.ts";
import { AppError } from "../core/errors.ts";
import type { DemoActions } from "./demo.ts";
import type { BundledActions } from "./setup/bundled.ts";
import type { DataSlice } from "./setup/data.ts";
import type { HubActions } from "./setup/hub.ts";
import { planOf, settingsOfPlan } from "./setup/plan.ts";
import type { SampleActions } from "./setup/samples.ts";
import { writeSettings, type SettingsActions, type SettingsSlice } from "./setup/settings.ts";
import type { TransferActions } from "./setup/transfers.ts";
import { attempt, type Reporter, type Slot } from "./slot.ts";
import type { ViewActions } from "./results/view.ts";

interface LinkSlice {
  /** What the link that was opened last holds; null for none, or where it was dismissed. */
  readonly setup: LinkedSetup | null;
  /** While what it names and what ships with the page is being fetched and read. */
  readonly opening: boolean;
  /** A person's settings, which the link's took the place of; null where they are the same, or were restored. */
  readonly before: SettingsSlice | null;
}

export const initialLink: LinkSlice = { setup: null, opening: false, before: null };

export interface LinkActions {
  /**
   * Sets the page to what an address's fragment holds, and loads what ships with the page. Nothing is downloaded from
   * elsewhere, and nothing is run. Errors go to the reporter, and leave the settings as they were.
   */
  open(fragment: string): Promise<void>;
  /** The settings as a fragment, with the names of model and tables; null where there is no plan: the reporter says why. */
  ofSettings(): Promise<string | null>;
  /** The same of the result on show. */
  ofResult(): Promise<string | null>;
  /** Loads what ships with the page and is what a result was made with; what the Hub has is named at its place. */
  loadFor(config: ConfigRecord): Promise<void>;
  /** Gives the settings back that the link's took the place of. */
  restoreSettings(): void;
  dismiss(): void;
}

/** What links are made from. */
interface Sources {
  readonly catalog: Catalog | null;
  readonly settings: SettingsSlice;
  readonly model: ModelRecord | null;
  readonly tables: Pick<DataSlice, "trainSource" | "devSource">;
  readonly result: { readonly config: ConfigRecord | null; readonly name: string };
}

/** What links have to know of the rest of the page. */
export interface LinkSurroundings {
  /** Everything as it is now. */
  readonly now: () => Sources;
  /** true while a run or an adaptation goes on. */
  readonly active: () => boolean;
}

/** What links are turned into. */
interface Parts extends LinkSurroundings {
  readonly bundled: Pick<BundledActions, "load">;
  readonly samples: Pick<SampleActions, "load">;
  readonly transfers: Pick<TransferActions, "clear">;
  readonly settings: Pick<SettingsActions, "replace">;
  readonly hub: Pick<HubActions, "setModel" | "setTask">;
  readonly view: Pick<ViewActions, "change">;
  readonly demo: Pick<DemoActions, "leave">;
}

/** Set-ups in an address's fragment. */
export function linkActions(slot: Slot<LinkSlice>, parts: Parts, reporter: Reporter): LinkActions {
  const { bundled, samples, transfers, settings, hub, view, demo, now } = parts;

  /** Loads what ships with the page; what the Hub has is named at its place, for a person to ask for. */
  async function load({ model, data }: Pick<LinkedSetup, "model" | "data">, catalog: Catalog): Promise<void> {
    // Sets of other sources belong to the task that was there before.
    await transfers.clear();
    if (model?.kind === "hub") {
      hub.setModel(model.id, model.revision);
      view.change({ modelOrigin: "hub", openSteps: ["model"] });
    }
    if (data?.kind === "hub" && catalog.tasks.some(({ id }) => id === data.task)) {
      hub.setTask(data.task, data.dev);
      view.change({ dataOrigin: "hub" });
    }
    const loaded = await Promise.all([
      model?.kind === "bundled" ? bundled.load(model.id) : true,
      data?.kind === "sample" ? samples.load(data.id) : true,
    ]);
    if (!loaded.includes(false)) return;
    throw new AppError("bad-model", "The model or the task could not be loaded: see the message in its step.");
  }

  async function take(fragment: string): Promise<void> {
    const { readSetupLink } = await import("../contract/links/setup-link.ts");
    const catalog = catalogIn(now());
    const setup = readSetupLink(fragment, catalog);
    const before = now().settings;
    const wanted = { ...settingsOfPlan(catalog, setup.plan, before), ...rowsOf(setup), planName: setup.name };
    demo.leave();
    settings.replace(wanted);
    // A second link in a row must not take the first one's settings for a person's.
    const own = slot.get().before ?? (writeSettings(wanted) === writeSettings(before) ? null : before);
    slot.set({ setup, before: own });
    await load(setup, catalog);
  }

  async function write(
    place: "plan" | "result",
    make: (from: Sources, catalog: Catalog) => LinkedSetup,
  ): Promise<string | null> {
    let link: string | null = null;
    await attempt(reporter, place, async () => {
      const { writeSetupLink } = await import("../contract/links/setup-link.ts");
      link = writeSetupLink(make(now(), catalogIn(now())));
    });
    return link;
  }

  return {
    async open(fragment) {
      await attempt(reporter, "link", async () => {
        if (parts.active()) throw tooEarly("a run is going on. Stop it, then open the link again");
        if (slot.get().opening) throw tooEarly("another one is being opened. Open it again in a moment");
        slot.set({ opening: true });
        try {
          await take(fragment);
        } finally {
          slot.set({ opening: false });
        }
      });
    },
    loadFor: async (config) =>
      void (await attempt(reporter, "link", async () => {
        const catalog = catalogIn(now());
        await load(linkedConfig(config, catalog), catalog);
      })),
    ofSettings: () => write("plan", setupOfSettings),
    ofResult: () => write("result", setupOfResult),
    restoreSettings() {
      const { before } = slot.get();
      if (before !== null) settings.replace(before);
      slot.set({ setup: null, before: null });
    },
    dismiss: () => slot.set({ setup: null, before: null }),
  };
}

function tooEarly(why: string): AppError {
  return new AppError("bad-settings", `The link was not opened: ${why}.`);
}

/** Errors: bad-settings before the engine has told of itself. */
function catalogIn({ catalog }: Sources): Catalog {
  if (catalog !== null) return catalog;
  throw new AppError("bad-settings", "The engine is not ready, so links cannot be used yet. Try again in a moment.");
}

function rowsOf({ rows }: LinkedSetup) {
  const { devShare, splitSeed, sampleCount, sampleSeed } = rows;
  const split = devShare === undefined || splitSeed === undefined ? {} : { devShare, splitSeed };
  return { ...split, sampleCount, sampleSeed };
}

function setupOfSettings({ settings, model, tables }: Sources, catalog: Catalog): LinkedSetup {
  const { plan, problems } = planOf(settings, catalog);
  if (plan === null) throw new AppError("bad-settings", `There is no plan to share yet. ${problems[0] ?? ""}`);
  const { devShare, splitSeed, sampleCount, sampleSeed, planName } = settings;
  return {
    name: planName.trim() || "Plan",
    plan,
    rows: { devShare, splitSeed, sampleCount, sampleSeed },
    model: linkedModel(model),
    data: linkedData(tables.trainSource, tables.devSource, catalog),
  };
}

function setupOfResult({ result: { config, name: file } }: Sources, catalog: Catalog): LinkedSetup {
  if (config === null) throw new AppError("bad-settings", "There is no result to share yet.");
  const name = file.replace(/\.json$/i, "").trim();
  return { name: name.slice(0, planNameLimit).trim() || "Shared plan", ...linkedConfig(config, catalog) };
}

function linkedConfig({ plan, rows, model }: ConfigRecord, catalog: Catalog): Omit<LinkedSetup, "name"> {
  const split = rows?.split ?? null;
  return {
    plan,
    rows: {
      ...(split === null ? {} : { devShare: split.share, splitSeed: split.seed }),
      sampleCount: rows?.sample?.count ?? null,
      sampleSeed: rows?.sample?.seed ?? 0,
    },
    model: linkedModel(model),
    data: linkedData(rows?.train ?? null, rows?.dev ?? null, catalog),
  };
}

/** null where others cannot have it: a person's own files, and weights that were adapted. */
function linkedModel(model: ModelRecord | null): LinkedModel | null {
  if (model === null || model.source.kind === "file" || model.adaptations.length > 0) return null;
  const { source } = model;
  return source.kind === "bundled" ? source : { kind: "hub", id: source.id, revision: source.commit };
}

function linkedData(train: TableSource | null, dev: TableSource | null, { tasks }: Catalog): LinkedData | null {
  if (train?.kind === "sample") return dev?.kind === "sample" && dev.id === train.id ? train : null;
  if (train?.kind !== "hub" || dev?.kind !== "hub") return null;
  const task = tasks.find(({ hub }) => hub?.dataset === train.id && hub.train.path === train.path);
  return task?.hub?.dev.some(({ path }) => path === dev.path) === true
    ? { kind: "hub", task: task.id, dev: dev.path }
    : null;
}
