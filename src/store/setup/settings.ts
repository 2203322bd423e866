import * as v from "valibot";
import type { Catalog, MethodEntry } from "../../contract/catalog.ts";
import { defaultValues, problemWith, type Field, type FieldValue, type Values } from "../../contract/fields.ts";
import { mostAxes } from "../../contract/grid.ts";
import { defaultHub } from "../../contract/sources/hub.ts";
import { planNameLimit } from "../../contract/plan-file.ts";
import { runOrder } from "../../contract/schemas/plan.ts";
import type { RunOrder } from "../../contract/run.ts";
import type { Checked } from "../../contract/schemas/schema.ts";
import type { AxisText } from "./axis-text.ts";
import type { Slot } from "../slot.ts";

/** Where the settings are kept in localStorage. */
export const settingsKey = "dps-playground.settings";

/** Letters in the values of an axis. */
const axisTextLimit = 10_000;

const valuesSchema = v.record(v.string(), v.union([v.number(), v.string(), v.boolean(), v.null()]));
const seedSchema = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));
const axisSchema = v.object({
  field: v.pipe(v.string(), v.maxLength(100)),
  text: v.pipe(v.string(), v.maxLength(axisTextLimit)),
});
const methodSchema = v.object({ included: v.boolean(), values: valuesSchema });
const savedSchema = v.object({
  version: v.literal(1),
  methods: v.record(v.string(), methodSchema),
  seedsText: v.pipe(v.string(), v.maxLength(2000)),
  training: valuesSchema,
  /** Settings of which several values are run, at most three. Settings of earlier versions vary nothing. */
  grid: v.optional(v.pipe(v.array(axisSchema), v.maxLength(mostAxes)), []),
  order: v.optional(runOrder, "sequential"),
  /** What the plan is kept and saved as. */
  planName: v.optional(v.pipe(v.string(), v.maxLength(planNameLimit)), ""),
  adaptation: v.optional(valuesSchema, {}),
  /** The fastest on this device, or those that run everywhere. */
  kernels: v.optional(v.picklist(["auto", "portable"]), "auto"),
  /** Share of train that becomes dev when there is no dev table; in (0, 1). */
  devShare: v.pipe(v.number(), v.gtValue(0), v.ltValue(1)),
  splitSeed: seedSchema,
  // Settings of earlier versions do not have the next three.
  /** Rows drawn from train; null: all. */
  sampleCount: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_000_000))), null),
  sampleSeed: v.optional(seedSchema, 0),
  /** Address of the Hugging Face Hub, or of a mirror. */
  hub: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => problemWithHub(text) === null),
    ),
    defaultHub,
  ),
});

/** A method's card: ticked or not, and its settings as they stand. */
export type MethodSetting = Checked<typeof methodSchema>;

/** Everything a reload keeps: plain settings, no files. */
export type SettingsSlice = Omit<Checked<typeof savedSchema>, "version">;

export const initialSettings: SettingsSlice = {
  methods: {},
  seedsText: "1-5",
  training: {},
  grid: [],
  order: "sequential",
  planName: "",
  adaptation: {},
  kernels: "auto",
  devShare: 0.1,
  splitSeed: 0,
  sampleCount: null,
  sampleSeed: 0,
  hub: defaultHub,
};

/** Where two settings stand next to each other in the page: every method as published, or all with one dropout. */
type Preset = "published" | "matched" | "custom";

/** The field that the matched preset sets in every method that has it. */
const matchedField = "dropout";

/** What is wrong with a Hub's address, as a sentence; null where it can be one. */
export function problemWithHub(address: string): string | null {
  const wanted = `Wanted is an address as in ${defaultHub}.`;
  if (address.length > 500 || !URL.canParse(address)) return wanted;
  const { protocol, username, password, search, hash } = new URL(address);
  if (protocol !== "https:" && protocol !== "http:") return wanted;
  return username + password + search + hash === "" ? null : "An address has no user, query or # here.";
}

/** Reads saved settings; null when there are none or they are not ours. */
export function readSettings(text: string | null): SettingsSlice | null {
  if (text === null) return null;
  try {
    const { version: _, ...settings } = v.parse(savedSchema, JSON.parse(text));
    return settings;
  } catch {
    // Settings of another version, or edited by hand: defaults serve better than a page that will not open.
    return null;
  }
}

/** Settings as they are saved. */
export function writeSettings(settings: SettingsSlice): string {
  return JSON.stringify({ version: 1, ...settings });
}

/** Every field at the value saved for it, where that still fits, else at its default. */
export function fittingValues(fields: readonly Field[], saved: Values | undefined): Values {
  const values: Record<string, FieldValue> = { ...defaultValues(fields) };
  for (const field of fields) {
    const value = saved?.[field.id];
    if (value !== undefined && problemWith(field, value) === null) values[field.id] = value;
  }
  return values;
}

/** Settings for a catalog: saved ones where they still fit, defaults elsewhere. */
export function settingsFor(catalog: Catalog, saved: SettingsSlice): SettingsSlice {
  const methods = catalog.methods.map((entry, index): [string, MethodSetting] => {
    const before = saved.methods[entry.id];
    // To begin with, the baseline (the catalog's first) against the methods that work in stages.
    const included = before?.included ?? (index === 0 || entry.stages.length > 0);
    return [entry.id, { included, values: fittingValues(entry.fields, before?.values) }];
  });
  return {
    ...saved,
    methods: Object.fromEntries(methods),
    training: fittingValues(catalog.training, saved.training),
    adaptation: fittingValues(catalog.adaptation, saved.adaptation),
  };
}

/** Which preset the methods' settings amount to. */
export function presetOf(settings: SettingsSlice, methods: readonly MethodEntry[]): Preset {
  const fields = methods.flatMap((entry) => {
    const field = entry.fields.find((one) => one.id === matchedField);
    return field === undefined
      ? []
      : [{ now: settings.methods[entry.id]?.values[matchedField], published: field.default }];
  });
  if (fields.every((field) => field.now === field.published)) return "published";
  const [first] = fields;
  return typeof first?.now === "number" && fields.every((field) => field.now === first.now) ? "matched" : "custom";
}

/** The last large change, as long as nothing was changed after it. */
export interface UndoSlice {
  readonly change: {
    /** What happened, as a sentence. */
    readonly what: string;
    readonly before: SettingsSlice;
    readonly after: SettingsSlice;
  } | null;
}

export const initialUndo: UndoSlice = { change: null };

export interface SettingsActions {
  adoptCatalog(catalog: Catalog): void;
  /** `what`: as a sentence, where the change can be undone from the set-up. */
  replace(settings: SettingsSlice, what?: string): void;
  /** Takes the last large change back. */
  undo(): void;
  includeMethod(id: string, included: boolean): void;
  setMethodValue(id: string, field: string, value: FieldValue): void;
  resetMethod(entry: MethodEntry): void;
  /** Sets dropout in every method that has the field: to its own default, or to one number. */
  applyPreset(methods: readonly MethodEntry[], dropout: number | null): void;
  setSeeds(text: string): void;
  setTrainingValue(field: string, value: FieldValue): void;
  /** Takes a proposal's settings. */
  saveMemory(training: Values): void;
  resetTraining(fields: readonly Field[]): void;
  /** Varies a setting, with values to begin with; does nothing where there are as many as can be varied. */
  addAxis(axis: AxisText): void;
  /** `index`: of the axis in the grid. */
  setAxis(index: number, axis: AxisText): void;
  removeAxis(index: number): void;
  setOrder(order: RunOrder): void;
  setPlanName(name: string): void;
  setAdaptationValue(field: string, value: FieldValue): void;
  setKernels(kernels: SettingsSlice["kernels"]): void;
  setRows(rows: Partial<Pick<SettingsSlice, "devShare" | "splitSeed" | "sampleCount" | "sampleSeed">>): void;
  /** `address`: one with which nothing is wrong. */
  setHub(address: string): void;
}

export function settingsActions(slot: Slot<SettingsSlice>, undo: Slot<UndoSlice>): SettingsActions {
  /** Changes many settings at once, so that they can be had back. */
  function change(what: string, act: () => void): void {
    const before = slot.get();
    act();
    const after = slot.get();
    if (writeSettings(before) !== writeSettings(after)) undo.set({ change: { what, before, after } });
  }

  function changeMethod(id: string, change: (setting: MethodSetting) => MethodSetting): void {
    const { methods } = slot.get();
    const before = methods[id] ?? { included: false, values: {} };
    slot.set({ methods: { ...methods, [id]: change(before) } });
  }
  return {
    adoptCatalog: (catalog) => slot.set(settingsFor(catalog, slot.get())),
    replace(settings, what) {
      if (what === undefined) slot.set(settings);
      else change(what, () => slot.set(settings));
    },
    undo() {
      const { before } = undo.get().change ?? {};
      if (before !== undefined) slot.set(before);
      undo.set({ change: null });
    },
    includeMethod: (id, included) => changeMethod(id, (setting) => ({ ...setting, included })),
    setMethodValue: (id, field, value) =>
      changeMethod(id, (setting) => ({ ...setting, values: { ...setting.values, [field]: value } })),
    resetMethod: (entry) =>
      change(`${entry.label} is back to its defaults.`, () =>
        changeMethod(entry.id, (setting) => ({ ...setting, values: defaultValues(entry.fields) })),
      ),
    applyPreset: (entries, dropout) =>
      change("Dropout was set in all methods.", () => {
        for (const entry of entries) {
          const field = entry.fields.find((one) => one.id === matchedField);
          if (field === undefined) continue;
          const value = dropout ?? field.default;
          changeMethod(entry.id, (setting) => ({ ...setting, values: { ...setting.values, [field.id]: value } }));
        }
      }),
    setSeeds: (seedsText) => slot.set({ seedsText }),
    setTrainingValue: (field, value) => slot.set({ training: { ...slot.get().training, [field]: value } }),
    saveMemory: (training) =>
      change("Settings that take less memory were set.", () =>
        slot.set({ training: { ...slot.get().training, ...training } }),
      ),
    resetTraining: (fields) =>
      change("The training settings are back to their defaults.", () => slot.set({ training: defaultValues(fields) })),
    addAxis(axis) {
      const { grid } = slot.get();
      if (grid.length < mostAxes) slot.set({ grid: [...grid, axis] });
    },
    setAxis: (index, { field, text }) =>
      slot.set({ grid: slot.get().grid.with(index, { field, text: text.slice(0, axisTextLimit) }) }),
    removeAxis: (index) => slot.set({ grid: slot.get().grid.filter((_, at) => at !== index) }),
    setOrder: (order) => slot.set({ order }),
    setPlanName: (name) => slot.set({ planName: name.slice(0, planNameLimit) }),
    setAdaptationValue: (field, value) => slot.set({ adaptation: { ...slot.get().adaptation, [field]: value } }),
    setKernels: (kernels) => slot.set({ kernels }),
    setRows: (rows) => slot.set(rows),
    setHub: (hub) => slot.set({ hub }),
  };
}
