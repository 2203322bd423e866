import { Check } from "lucide-react";
import type { TriedKernel } from "../../../contract/engine/kernels.ts";
import { triedByQuestion } from "../../../store/setup/kernels.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./engine.module.css";

/** Every kernel that was tried, op by op; folded, for it is long. */
export function KernelTable({ tried }: { readonly tried: readonly TriedKernel[] }) {
  return (
    <details className={textClasses.details}>
      <summary>What was tried</summary>
      <ScrollRegion label="Kernels that were tried">
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Kernel</th>
              <th scope="col" className={classes.number}>
                Speed
              </th>
              <th scope="col" className={classes.number}>
                ms
              </th>
            </tr>
          </thead>
          {triedByQuestion(tried).map(({ question, op, shape, rows }) => (
            <tbody key={question}>
              <tr className={classes.question}>
                <th scope="rowgroup" colSpan={3}>
                  {op} <span className={textClasses.soft}>{shape}</span>
                </th>
              </tr>
              {rows.map((row) => (
                <KernelRow key={row.variant} row={row} />
              ))}
            </tbody>
          ))}
        </table>
      </ScrollRegion>
    </details>
  );
}

function KernelRow({ row: { variant, rate, unit, ms, chosen, reason } }: { readonly row: TriedKernel }) {
  return (
    <tr data-chosen={chosen}>
      <th scope="row">
        <span className={classes.mark}>{chosen && <Check size={13} aria-label="chosen" />}</span>
        {variant}
      </th>
      {reason === null ? (
        <>
          <td className={classes.number}>{rate === null ? "–" : `${rate.toFixed(1)} G${unit}/s`}</td>
          <td className={classes.number}>{ms?.toFixed(3) ?? "–"}</td>
        </>
      ) : (
        <td colSpan={2} className={classes.reason}>
          {reason}
        </td>
      )}
    </tr>
  );
}
