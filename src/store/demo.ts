import type { Catalog } from "../contract/catalog.ts";
import { AppError } from "../core/errors.ts";
import type { BundledActions } from "./setup/bundled.ts";
import type { SampleActions } from "./setup/samples.ts";
import { settingsOfPlan } from "./setup/plan.ts";
import { writeSettings, type SettingsActions, type SettingsSlice } from "./setup/settings.ts";
import type { Reporter, Slot } from "./slot.ts";
import type { TransferActions } from "./setup/transfers.ts";

interface DemoSlice {
  /** While model and tables are being fetched and read. */
  readonly preparing: boolean;
  /** true while what is on show, or about to be, is the demo's run. */
  readonly shown: boolean;
  /** A person's settings, which the demo's took the place of; null before the first demo or after they were put back. */
  readonly before: SettingsSlice | null;
}

export const initialDemo: DemoSlice = { preparing: false, shown: false, before: null };

export interface DemoActions {
  /**
   * Loads the bundled model and the demo's sample task and sets the demo's plan. Resolves with whether all is ready;
   * where it is not, the reason is at its place and the settings are as they were.
   */
  prepare(): Promise<boolean>;
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
  settingsNow(): SettingsSlice;
  /** true while a run goes on. */
  active(): boolean;
  /** Tokenizes, and says what still stands in the way of a run; null for nothing. */
  makeReady(): Promise<string | null>;
}

/** What the demo works with. */
interface Parts extends DemoSurroundings {
  readonly bundled: Pick<BundledActions, "load">;
  readonly samples: Pick<SampleActions, "load">;
  readonly transfers: Pick<TransferActions, "clear">;
  readonly settings: Pick<SettingsActions, "replace">;
}

export function demoActions(slot: Slot<DemoSlice>, parts: Parts, reporter: Reporter): DemoActions {
  const { bundled, samples, transfers, settings } = parts;

  async function load(model: string, sample: string): Promise<void> {
    // Sets of other sources belong to the task that was there before.
    await transfers.clear();
    const loaded = await Promise.all([bundled.load(model), samples.load(sample)]);
    if (!loaded.includes(false)) return;
    throw new AppError("bad-model", "The demo cannot start: its model or its sentences could not be read.");
  }

  /** Sets the plan. Errors: bad-settings where something still stands in the way of a run. */
  async function setUp(catalog: Catalog): Promise<void> {
    const before = parts.settingsNow();
    const wanted = { ...settingsOfPlan(catalog, catalog.demo.plan, before), planName: "" };
    settings.replace(wanted);
    const problem = await parts.makeReady();
    if (problem !== null) {
      settings.replace(before);
      throw new AppError("bad-settings", `The demo cannot start. ${problem}`);
    }
    // A second demo in a row must not take the first one's settings for a person's.
    const own = writeSettings(wanted) === writeSettings(before) ? slot.get().before : before;
    slot.set({ shown: true, before: own });
  }

  return {
    async prepare() {
      const [catalog, model] = [parts.catalog(), parts.modelId()];
      if (parts.active() || slot.get().preparing || catalog === null || model === null) return false;
      reporter.clear("demo");
      slot.set({ preparing: true, shown: false });
      try {
        await load(model, catalog.demo.sample);
        await setUp(catalog);
      } catch (thrown) {
        reporter.report("demo", thrown);
      } finally {
        slot.set({ preparing: false });
      }
      return slot.get().shown;
    },
    leave: () => slot.set({ shown: false }),
    putSettingsBack() {
      const { before } = slot.get();
      if (before !== null) settings.replace(before);
      slot.set({ before: null });
    },
  };
}
