import type { Values } from "../../../contract/fields.ts";
import type { ShownAxis } from "../../../store/setup/axes.ts";
import textClasses from "../../kit/text.module.css";
import tableClasses from "../table.module.css";

/** A column head for each setting that is varied. */
export function SettingHeads({ axes }: { readonly axes: readonly ShownAxis[] }) {
  return axes.map(({ field, label }) => (
    <th key={field} scope="col" className={tableClasses.number}>
      {label}
    </th>
  ));
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
