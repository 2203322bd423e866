import { valueText } from "./setting-text.ts";
import type { Catalog } from "../../contract/catalog.ts";
import { asShown, type FieldValue, type Values } from "../../contract/fields.ts";
import { fieldsOfAxis, valueWord } from "../../contract/grid.ts";
import type { GridAxis } from "../../contract/run.ts";

/** An axis of the experiment on show, in words. */
export interface ShownAxis extends GridAxis {
  readonly label: string;
  /** A value of it for a reader. */
  readonly word: (value: FieldValue) => string;
}

/** The axes of a grid that have several values; a result of another version may have fields that no catalog knows. */
export function shownAxes(catalog: Catalog | null, grid: readonly GridAxis[]): readonly ShownAxis[] {
  const methods = (catalog?.methods ?? []).map(({ id }) => id);
  return grid
    .filter(({ values }) => values.length > 1)
    .map((axis) => {
      const [field] = catalog === null ? [] : fieldsOfAxis(catalog, methods, axis.field);
      const word = (value: FieldValue): string =>
        field === undefined || typeof value === "number"
          ? valueText(field === undefined ? value : asShown(field, value))
          : valueWord(field, value);
      return { ...axis, label: field?.label ?? axis.field, word };
    });
}

/** "Trained share 0.7, Learning rate 2e-5": where in the grid something stands, as far as it has the axes; "" else. */
export function placeText(axes: readonly ShownAxis[], setting: Values): string {
  return axes
    .flatMap(({ field, label, word }) => {
      const value = setting[field];
      return value === undefined ? [] : [`${label} ${word(value)}`];
    })
    .join(", ");
}
