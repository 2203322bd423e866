import type { MethodLook } from "../analysis/drawing/method-looks.ts";
import { markerPath, type MarkerShape } from "../analysis/drawing/marker.ts";
import { html, type Markup } from "./markup.ts";

/** A table's cell: text, or markup. */
type Cell = Markup | string;

interface TableParts {
  /** What is in it, for screen readers. */
  readonly label: string;
  readonly heads: readonly string[];
  /** The first cell of a row is its head. */
  readonly rows: readonly (readonly Cell[])[];
  /** Columns of text after the first, by their place; all others hold figures. */
  readonly text?: readonly number[];
}

/** A table that scrolls sideways by itself where the page is narrow. */
export function table({ label, heads, rows, text = [] }: TableParts): Markup {
  // Figures are what a cell holds by default: a large table has thousands of them.
  const kind = (column: number): Markup => (column === 0 || text.includes(column) ? html` class="text"` : html``);
  return html`<div class="scroll" role="region" aria-label="${label}, as a table" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head, column) => html`<th scope="col" ${kind(column)}>${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell, column) =>
                column === 0 ? html`<th scope="row">${cell}</th>` : html`<td${kind(column)}>${cell}</td>`,
              )}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A table that is folded away, behind a picture of the same. */
export function folded(summary: string, inside: Markup): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${inside}
  </details>`;
}

/** Facts in a row, as many as there is room for. */
export function facts(all: readonly (readonly [string, Cell])[]): Markup {
  return html`<dl class="facts">
    ${all.map(
      ([term, value]) =>
        html`<div>
          <dt>${term}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A dot as pictures draw it, beside its name. */
export function mark(shape: MarkerShape, style: string): Markup {
  return html`<svg class="swatch" width="14" height="14" aria-hidden="true">
    <path d="${markerPath(shape, 7, 7, 4.5)}" style="${style}" />
  </svg>`;
}

/** A method's name beside its dot. */
export function named(look: MethodLook, name = look.label): Markup {
  return html`<span class="named">${mark(look.shape, `fill:${look.color}`)}${name}</span>`;
}

/** A section of the report. */
export function section(id: string, title: string, about: string, inside: Markup): Markup {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${about === "" ? null : html`<p class="about">${about}</p>`}${inside}
  </section> `;
}
