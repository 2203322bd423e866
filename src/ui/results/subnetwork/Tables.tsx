import type { SubnetworkFigure } from "../../../store/results/subnetwork/table.ts";
import { formatNumber } from "../../../core/format.ts";
import { ScrollRegion } from "../../kit/ScrollRegion.tsx";
import tableClasses from "../table.module.css";
import classes from "./Tables.module.css";

/** The numbers of every picture. */
export function Tables({ figures }: { readonly figures: readonly SubnetworkFigure[] }) {
  const pictures = [...new Set(figures.map(({ picture }) => picture))];
  return (
    <ScrollRegion label="The subnetwork, as a table">
      <div className={classes.tables}>
        {pictures.map((picture) => (
          <FigureTable key={picture} picture={picture} rows={figures.filter((one) => one.picture === picture)} />
        ))}
      </div>
    </ScrollRegion>
  );
}

interface FigureTableProps {
  readonly picture: string;
  readonly rows: readonly SubnetworkFigure[];
}

function FigureTable({ picture, rows }: FigureTableProps) {
  const compared = rows.some(({ chance }) => chance !== null);
  const spread = rows.some((row) => row.spread !== null);
  const number = (value: number | null): string => (value === null ? "–" : formatNumber(value));
  return (
    <section aria-label={picture}>
      <h4 className={classes.title}>{picture}</h4>
      <ScrollRegion label={`${picture}: table`} tall>
        <table className={tableClasses.table}>
          <thead>
            <tr>
              <th scope="col">Of</th>
              <th scope="col" className={tableClasses.number}>
                Cycle
              </th>
              <th scope="col" className={tableClasses.number}>
                Value
              </th>
              {compared && (
                <th scope="col" className={tableClasses.number}>
                  Chance
                </th>
              )}
              {spread && (
                <th scope="col" className={tableClasses.number}>
                  ± 2 sd
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ of, cycle, value, chance, spread: two }) => (
              <tr key={`${of} ${cycle}`}>
                <th scope="row">{of}</th>
                <td className={tableClasses.number}>{cycle}</td>
                <td className={tableClasses.number}>{number(value)}</td>
                {compared && <td className={tableClasses.number}>{number(chance)}</td>}
                {spread && <td className={tableClasses.number}>{number(two)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </section>
  );
}
