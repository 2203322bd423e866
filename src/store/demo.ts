import type { StepPace } from "../contract/engine/pace.ts";
import type { Catalog } from "../contract/catalog.ts";
import type { ExperimentPlan } from "../contract/run.ts";
import { planTime, shortenedPlan, type RowCounts } from "../analysis/time/plan-time.ts";
import { AppError } from "../core/errors.ts";
import type { Trainer } from "../worker/client.ts";
import type { BundledActions } from "./setup/bundled.ts";
import type { SampleActions } from "./setup/samples.ts";
import { settingsOfPlan } from "./setup/plan.ts";
import { writeSettings, type SettingsActions, type SettingsSlice } from "./setup/settings.ts";
import type { Reporter, Slot } from "./slot.ts";
import type { TransferActions } from "./setup/transfers.ts";

/** What runs take, by the steps that were timed before. */
interface ExpectedTime {
  readonly runCount: number;
  readonly timeMs: number;
}

/** What the full demo has beyond what was run first. */
interface DemoRest extends ExpectedTime, Pick<ExperimentPlan, "methods" | "seeds"> {}

interface DemoSlice {
  /** What it does before it trains; null for nothing. */
  readonly preparing: "loading" | "timing" | null;
  /** true while what is on show, or about to be, is the demo's run. */
  readonly shown: boolean;
  /** null before steps were timed. */
  readonly expected: ExpectedTime | null;
  /** null where there is nothing to continue with. */
  readonly rest: DemoRest | null;
  /** A person's settings, which the demo's took the place of; null before the first demo or after they were put back. */
  readonly before: SettingsSlice | null;
}

export const initialDemo: DemoSlice = { preparing: null, shown: false, expected: null, rest: null, before: null };

export interface DemoActions {
  /**
   * Loads the bundled model and the demo's sample task, sets the demo's plan, and times some steps: where a CPU plays the
   * GPU, a part of the plan that suits the time is run first. Resolves with whether all is ready; where it is not, the
   * reason is at its place and the settings are as they were.
   */
  prepare(): Promise<boolean>;
  /** Nothing is left to continue with: it was done. */
  continued(): void;
  /** Takes the demo's explanations away: the next run is a person's own. */
  leave(): void;
  /** Gives the settings back that the demo's took the place of. */
  putSettingsBack(): void;
}

/** What the demo has to know of the rest of the page. */
export interface DemoSurroundings {
  catalog(): Catalog | null;
  /** The bundled model's id, or null where there is none. */
  modelId(): string | null;
  /** true where a CPU plays the GPU. */
  software(): boolean;
  settingsNow(): SettingsSlice;
  /** Rows as they were read; none before. */
  rowsNow(): RowCounts;
  /** true while a run goes on. */
  active(): boolean;
  /** Tokenizes, and says what still stands in the way of a run; null for nothing. */
  makeReady(): Promise<string | null>;
}

/** What the demo works with. */
interface Parts extends DemoSurroundings {
  readonly trainer: Pick<Trainer, "measure">;
  readonly bundled: Pick<BundledActions, "load">;
  readonly samples: Pick<SampleActions, "load">;
  readonly transfers: Pick<TransferActions, "clear">;
  readonly settings: Pick<SettingsActions, "replace">;
}

export function demoActions(slot: Slot<DemoSlice>, parts: Parts, reporter: Reporter): DemoActions {
  const { trainer, bundled, samples, transfers, settings } = parts;
  /** The settings that the last demo left. */
  let lastSet: string | null = null;

  async function load(model: string, sample: string): Promise<void> {
    // Sets of other sources belong to the task that was there before.
    await transfers.clear();
    const loaded = await Promise.all([bundled.load(model), samples.load(sample)]);
    if (!loaded.includes(false)) return;
    throw new AppError("bad-model", "The demo cannot start: its model or its sentences could not be read.");
  }

  /** Sets the plan, in two goes. Errors: bad-settings where something still stands in the way of a run; as measure(). */
  async function setUp(catalog: Catalog): Promise<void> {
    const before = parts.settingsNow();
    const settingsWith = (plan: ExperimentPlan): SettingsSlice => ({
      ...settingsOfPlan(catalog, plan, before),
      planName: "",
    });
    try {
      const first = parts.software() ? firstPart(catalog) : catalog.demo.plan;
      settings.replace(settingsWith(first));
      const problem = await parts.makeReady();
      if (problem !== null) throw new AppError("bad-settings", `The demo cannot start. ${problem}`);
      slot.set({ preparing: "timing" });
      const paces = await trainer.measure(first);
      const rows = parts.rowsNow();
      const plan = parts.software() ? shortenedPlan(first, paces, rows, catalog.demo.first) : first;
      const wanted = settingsWith(plan);
      settings.replace(wanted);
      // A second demo in a row must not take the first one's settings for a person's.
      const own = writeSettings(before) === lastSet ? slot.get().before : before;
      lastSet = writeSettings(wanted);
      slot.set({
        shown: true,
        before: own,
        expected: { runCount: plan.methods.length * plan.seeds.length, timeMs: planTime(plan, paces, rows) },
        rest: restOf(catalog, plan, paces, rows),
      });
    } catch (thrown) {
      settings.replace(before);
      throw thrown;
    }
  }

  return {
    async prepare() {
      const [catalog, model] = [parts.catalog(), parts.modelId()];
      if (parts.active() || slot.get().preparing !== null || catalog === null || model === null) return false;
      reporter.clear("demo");
      slot.set({ preparing: "loading", shown: false, expected: null, rest: null });
      try {
        await load(model, catalog.demo.sample);
        await setUp(catalog);
      } catch (thrown) {
        reporter.report("demo", thrown);
      } finally {
        slot.set({ preparing: null });
      }
      return slot.get().shown;
    },
    continued: () => slot.set({ rest: null }),
    leave: () => slot.set({ shown: false, rest: null }),
    putSettingsBack() {
      const { before } = slot.get();
      if (before !== null) settings.replace(before);
      slot.set({ before: null });
    },
  };
}

/** What is run first where a CPU plays the GPU. */
function firstPart({ demo: { plan, first } }: Catalog): ExperimentPlan {
  return { ...plan, methods: plan.methods.slice(0, first.methodCount), seeds: plan.seeds.slice(0, first.seedCount) };
}

/** What the full demo has beyond a part of it, and what that takes; null for nothing. */
function restOf({ demo }: Catalog, part: ExperimentPlan, paces: readonly StepPace[], rows: RowCounts): DemoRest | null {
  const methods = demo.plan.methods.filter(({ id }) => part.methods.every((one) => one.id !== id));
  const seeds = demo.plan.seeds.filter((seed) => !part.seeds.includes(seed));
  if (methods.length + seeds.length === 0) return null;
  const full = { ...demo.plan, training: part.training };
  return {
    methods,
    seeds,
    runCount: full.methods.length * full.seeds.length - part.methods.length * part.seeds.length,
    timeMs: planTime(full, paces, rows) - planTime(part, paces, rows),
  };
}
