import type { Values } from "../../contract/fields.ts";
import type { RunRecord } from "../../contract/run.ts";

/** Where in an experiment a run, or what is said of several, belongs: a method at one setting of the grid. */
export type Place = Pick<RunRecord, "method" | "setting">;

/** The runs of one place: they differ in their seeds alone. */
export interface Cell<T> extends Place {
  /** Tells cells apart, as cellKey does. */
  readonly key: string;
  /** Of the setting the axes that all methods have, which are no field of the method. */
  readonly shared: Values;
  readonly runs: readonly T[];
}

/** Groups runs into cells, in the order in which the cells first come. */
export function cellsOf<T extends Place & Pick<RunRecord, "values">>(runs: readonly T[]): readonly Cell<T>[] {
  const cells = new Map<string, Cell<T> & { readonly runs: T[] }>();
  for (const run of runs) {
    const key = cellKey(run);
    const known = cells.get(key);
    if (known !== undefined) known.runs.push(run);
    else cells.set(key, { key, method: run.method, setting: run.setting, shared: sharedOf(run), runs: [run] });
  }
  return [...cells.values()];
}

/** The same text for the same method and setting, whatever the order of the axes; without a grid the method's id. */
export function cellKey({ method, setting }: Place): string {
  const axes = axesOf(setting);
  return axes.length === 0 ? method : `${method} ${JSON.stringify(axes)}`;
}

/** The same text for cells that stand at the same values of the axes that all methods have. */
export function sharedKey({ shared }: Pick<Cell<unknown>, "shared">): string {
  return JSON.stringify(axesOf(shared));
}

/** Field ids of every axis that any of these has, in the order in which they first come; [] without a grid. */
export function axesIn(places: readonly Pick<Place, "setting">[]): readonly string[] {
  return [...new Set(places.flatMap(({ setting }) => Object.keys(setting)))];
}

function sharedOf({ setting, values }: Pick<RunRecord, "setting" | "values">): Values {
  return Object.fromEntries(Object.entries(setting).filter(([field]) => !Object.hasOwn(values, field)));
}

function axesOf(setting: Values) {
  return Object.entries(setting).sort(([left], [right]) => (left < right ? -1 : 1));
}
