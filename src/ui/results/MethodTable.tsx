import type { ReactNode } from "react";
import { oneClassText } from "../../analysis/scores/one-class.ts";
import type { Values } from "../../contract/fields.ts";
import type { SummaryRecord } from "../../contract/run.ts";
import { formatScore } from "../../core/format.ts";
import type { ShownAxis } from "../../analysis/grids/axes.ts";
import type { MethodLook } from "../kit/palette.ts";
import { ScrollRegion } from "../kit/ScrollRegion.tsx";
import { MethodName } from "../kit/Swatch.tsx";
import textClasses from "../kit/text.module.css";
import tableClasses from "./table.module.css";

interface MethodTableProps {
  /** What is in it, for screen readers. */
  readonly label: string;
  /** Over the methods' names. */
  readonly first?: string;
  /** A column for each of them. */
  readonly axes?: readonly ShownAxis[];
  /** Over the figures. */
  readonly heads: readonly string[];
  readonly children: ReactNode;
}

/** A table with a method a row: its name, its place in the grid, and figures. */
export function MethodTable({ label, first = "Method", axes = [], heads, children }: MethodTableProps) {
  return (
    <ScrollRegion label={label}>
      <table className={tableClasses.table}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <NumberHeads heads={[...axes.map((axis) => axis.label), ...heads]} />
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </ScrollRegion>
  );
}

/** Heads of columns of figures. */
export function NumberHeads({ heads }: { readonly heads: readonly string[] }) {
  return heads.map((head) => (
    <th key={head} scope="col" className={tableClasses.number}>
      {head}
    </th>
  ));
}

/** A row's head: the method. */
export function MethodHead({ look }: { readonly look: MethodLook }) {
  return (
    <th scope="row">
      <MethodName look={look} />
    </th>
  );
}

/** Where in the grid a row stands; a dash for a setting that its method does not have. */
export function SettingCells({ axes, setting }: { readonly axes: readonly ShownAxis[]; readonly setting: Values }) {
  return axes.map(({ field, word }) => {
    const value = setting[field];
    return (
      <td key={field} className={tableClasses.number}>
        {value === undefined ? <span className={textClasses.soft}>–</span> : word(value)}
      </td>
    );
  });
}

interface MeanCellProps {
  readonly of: SummaryRecord | undefined;
  /** Its lead is more than luck. */
  readonly bold?: boolean;
}

/** A mean and its standard deviation; where some seeds predict one class only, that of the others below. */
export function MeanCell({ of, bold = false }: MeanCellProps) {
  const apart = of === undefined ? "" : oneClassText(of);
  return (
    <td className={tableClasses.number} data-top={bold}>
      {formatScore(of?.mean ?? null)}
      {of !== undefined && of.std !== null && <span className={textClasses.soft}> ± {formatScore(of.std)}</span>}
      {apart !== "" && <span className={tableClasses.apart}>{apart}</span>}
    </td>
  );
}
