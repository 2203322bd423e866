import * as v from "valibot";
import type { Catalog, PlanEntry } from "../../contract/catalog.ts";
import { withRecipe, type Prescribed } from "../../contract/recipe.ts";
import { planSizeLimit, readPlanFile, writePlanFile, type NamedPlan } from "../../contract/plan-file.ts";
import { AppError } from "../../core/errors.ts";
import { planOf, settingsOfPlan } from "./plan.ts";
import type { SettingsActions, SettingsSlice } from "./settings.ts";
import type { Reporter, SettingsStorage, Slot } from "../slot.ts";

/** Where plans are kept in localStorage. */
export const plansKey = "dps-playground.plans";

/** A plan that this browser keeps: its file, which is read when it is used. */
interface KeptPlan {
  readonly name: string;
  readonly text: string;
}

interface PlansSlice {
  /** By name. */
  readonly kept: readonly KeptPlan[];
}

/** More plans than this are not kept. */
export const mostPlans = 50;

const keptSchema = v.object({
  version: v.literal(1),
  plans: v.pipe(
    v.array(v.object({ name: v.string(), text: v.pipe(v.string(), v.maxLength(planSizeLimit)) })),
    v.maxLength(mostPlans),
  ),
});

/** Reads what is kept; nothing where there is none, or where it is not ours. */
export function readKept(text: string | null): PlansSlice {
  if (text === null) return { kept: [] };
  try {
    return { kept: v.parse(keptSchema, JSON.parse(text)).plans };
  } catch {
    // Edited by hand, or of another version: an empty list serves better than a page that will not open.
    return { kept: [] };
  }
}

export interface PlanActions {
  /** Sets the settings to a ready-made plan. */
  takeReady(entry: PlanEntry, size: keyof PlanEntry["sizes"]): void;
  /** Keeps the settings' plan in this browser, in place of one of the same name. */
  keep(): void;
  /** Sets the settings to a kept plan. */
  takeKept(name: string): void;
  forget(name: string): void;
  /** Another tab changed what is kept. */
  refresh(): void;
  /** Sets the settings to the plan of a file. */
  open(file: Blob, name: string): Promise<void>;
  /** The settings' plan as a file holds it; null where there is none. */
  written(): string | null;
}

/** What recipes go by: the family of the loaded model, and the task that was read; null for none. */
export interface Loaded {
  readonly family: string | null;
  readonly task: string | null;
}

/** A ready-made plan for what is loaded: the paper's recipe for that model and task goes before its own training. */
export function readyPlan(entry: PlanEntry, size: keyof PlanEntry["sizes"], { family, task }: Loaded): Prescribed {
  const recipes = size === "full" ? (entry.recipes ?? []) : [];
  return withRecipe(entry.sizes[size], recipes, family, task);
}

/** What plans are made from and turned into. */
interface Parts {
  readonly settings: Pick<SettingsActions, "replace">;
  readonly settingsNow: () => SettingsSlice;
  readonly catalog: () => Catalog | null;
  readonly loaded: () => Loaded;
  readonly storage: SettingsStorage | undefined;
}

/** Ready-made plans, plans that this browser keeps, and plans in files. */
export function planActions(slot: Slot<PlansSlice>, parts: Parts, reporter: Reporter): PlanActions {
  function take(catalog: Catalog, { name, plan }: NamedPlan): void {
    const settings = { ...settingsOfPlan(catalog, plan, parts.settingsNow()), planName: name };
    parts.settings.replace(settings, `The plan “${name}” replaced your settings.`);
  }

  function attempt(act: (catalog: Catalog) => void): void {
    const catalog = parts.catalog();
    if (catalog === null) return;
    reporter.clear("plan");
    try {
      act(catalog);
    } catch (thrown) {
      reporter.report("plan", thrown);
    }
  }

  /** The settings' plan under its name. Errors: bad-settings, with what is missing. */
  function current(catalog: Catalog): NamedPlan {
    const settings = parts.settingsNow();
    const { plan, problems } = planOf(settings, catalog);
    if (plan === null) throw new AppError("bad-settings", `There is no plan yet. ${problems[0] ?? ""}`);
    return { name: settings.planName.trim() || "Plan", plan };
  }

  /** As storage has them: another tab may have kept or deleted some. */
  function keptNow(): readonly KeptPlan[] {
    return parts.storage === undefined ? slot.get().kept : readKept(parts.storage.getItem(plansKey)).kept;
  }

  function store(kept: readonly KeptPlan[]): void {
    try {
      parts.storage?.setItem(plansKey, JSON.stringify({ version: 1, plans: kept }));
    } catch (cause) {
      const why = "This browser refused to keep the plan. Save it as a file instead, or allow site data for this page.";
      throw new AppError("no-space", why, { cause });
    }
    slot.set({ kept });
  }

  return {
    takeReady: (entry, size) =>
      attempt((catalog) =>
        take(catalog, { name: nameOfReady(entry, size), plan: readyPlan(entry, size, parts.loaded()).plan }),
      ),
    keep: () =>
      attempt((catalog) => {
        const named = current(catalog);
        const others = keptNow().filter(({ name }) => name !== named.name);
        if (others.length >= mostPlans) {
          throw new AppError("bad-settings", `${mostPlans} plans are kept already; delete one first.`);
        }
        const all = [...others, { name: named.name, text: writePlanFile(named) }];
        store(all.sort((a, b) => a.name.localeCompare(b.name)));
      }),
    takeKept: (name) =>
      attempt((catalog) => {
        const found = slot.get().kept.find((one) => one.name === name);
        if (found !== undefined) take(catalog, readPlanFile(found.text, `The plan ${name}`, catalog));
      }),
    forget: (name) => attempt(() => store(keptNow().filter((one) => one.name !== name))),
    refresh: () => slot.set({ kept: keptNow() }),
    async open(file, name) {
      // A larger file is refused by its length; there is no need to have all of it read first.
      const text = await file.slice(0, planSizeLimit + 1).text();
      attempt((catalog) => take(catalog, readPlanFile(text, name, catalog)));
    },
    written() {
      let text: string | null = null;
      attempt((catalog) => {
        text = writePlanFile(current(catalog));
      });
      return text;
    },
  };
}

/** What a ready-made plan is called. */
export function nameOfReady(entry: PlanEntry, size: keyof PlanEntry["sizes"]): string {
  return size === "small" ? `${entry.label}, small` : entry.label;
}
