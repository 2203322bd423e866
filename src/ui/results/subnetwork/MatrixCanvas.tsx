import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { fateOf, type MatrixMeasure, type MatrixPicture } from "../../../analysis/subnetwork/matrix-picture.ts";
import type { MatrixRegion, MatrixView } from "../../../contract/subnetwork.ts";
import { formatNumber } from "../../../core/format.ts";
import { themeChange } from "../../charts/card/picture.ts";
import { colorsAt, marginalRoom, matrixPlaces, paintMatrix, scaleFor } from "./matrix-paint.ts";
import classes from "./Inspector.module.css";

interface MatrixCanvasProps {
  readonly picture: MatrixPicture;
  readonly measure: MatrixMeasure;
  readonly view: MatrixView;
  readonly region: MatrixRegion;
  /** Selections up to this one. */
  readonly selections: number;
  /** What is shown, for those who do not see it. */
  readonly label: string;
  readonly width: number;
}

/** A region of a matrix in pixels, with marginals; the pointer or the arrow keys read single weights. */
export function MatrixCanvas(props: MatrixCanvasProps) {
  const { picture, measure, region, selections, label, width } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [at, setAt] = useState<readonly [row: number, col: number] | null>(null);
  const places = matrixPlaces(picture, width);
  useEffect(() => {
    const { current } = canvas;
    if (current === null) return;
    const scale = measure === "mask" ? null : scaleFor(measure, picture.values ?? [], selections);
    const paint = (): void => paintMatrix(current, picture, scale, colorsAt(current), matrixPlaces(picture, width));
    paint();
    current.addEventListener(themeChange, paint);
    return () => current.removeEventListener(themeChange, paint);
  }, [picture, measure, selections, width]);

  function point(event: PointerEvent<HTMLElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const col = Math.floor((event.clientX - box.left) / places.wide);
    const row = Math.floor((event.clientY - box.top - (places.height - places.plotHeight)) / places.high);
    const inside = row >= 0 && col >= 0 && row < picture.rows && col < picture.cols;
    setAt(inside ? [row, col] : null);
  }

  function move(event: KeyboardEvent<HTMLElement>): void {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const [row, col] = at ?? [0, 0];
    const far = event.shiftKey ? 10 : 1;
    const clamp = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
    setAt(at === null ? [0, 0] : [clamp(row + far * step[0], picture.rows), clamp(col + far * step[1], picture.cols)]);
  }

  const valid = at !== null && at[0] < picture.rows && at[1] < picture.cols ? at : null;
  const text = valid === null ? regionText(region, picture) : readout(props, valid);
  return (
    <div>
      <div className={classes.canvas} style={{ width: places.width, height: places.height }}>
        <canvas ref={canvas} style={{ width: places.width, height: places.height }} aria-hidden />
        {valid !== null && (
          <span
            className={classes.cursor}
            style={{
              left: valid[1] * places.wide - 2,
              top: places.height - places.plotHeight + valid[0] * places.high - 2,
              width: places.wide + 4,
              height: places.high + 4,
            }}
          />
        )}
        <input
          type="range"
          className={classes.reader}
          aria-label={`${label} Arrow keys read single weights, with Shift ten at a time.`}
          aria-valuetext={text}
          min={0}
          max={picture.rows * picture.cols - 1}
          value={valid === null ? 0 : valid[0] * picture.cols + valid[1]}
          onChange={(event) => {
            const pixel = Number(event.currentTarget.value);
            setAt([Math.floor(pixel / picture.cols), pixel % picture.cols]);
          }}
          onMouseDown={(event) => {
            // A range would jump to where it is pressed.
            event.preventDefault();
            event.currentTarget.focus();
          }}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setAt(null)}
          onKeyDown={move}
        />
      </div>
      <p className={classes.readout}>{text}</p>
    </div>
  );
}

const steps: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const fateWords = ["not selected", "selected, as before", "selected, entered in this cycle", "left in this cycle"];

function regionText({ top, bottom, left, right }: MatrixRegion, { down, across }: MatrixPicture): string {
  const averaged = down * across > 1 ? `a pixel is the mean of ${down} × ${across} weights; ` : "";
  return `Rows ${top + 1}–${bottom}, columns ${left + 1}–${right}; ${averaged}bars: means of rows and columns.`;
}

/** "row 70, column 5: selected, as before; in 6 of 7 selections; score 1.2e-9; |W − W0| 3.1e-4". */
function readout(
  { picture, view, region, selections }: MatrixCanvasProps,
  [row, col]: readonly [number, number],
): string {
  const { down, across } = picture;
  const range = (first: number, length: number, end: number): string =>
    length === 1 ? `${first + 1}` : `${first + 1}–${Math.min(first + length, end)}`;
  const [top, left] = [region.top + row * down, region.left + col * across];
  const place = `row ${range(top, down, region.bottom)}, column ${range(left, across, region.right)}`;
  if (down * across > 1) {
    const share = picture.fates[(row * picture.cols + col) * 4 + 1] ?? 0;
    const entered = picture.fates[(row * picture.cols + col) * 4 + 2] ?? 0;
    const value = picture.values?.[row * picture.cols + col];
    return `${place}: ${Math.round(100 * (share + entered))} % selected, mean shown ${formatNumber(value ?? 0)}`;
  }
  const i = row * (region.right - region.left) + col;
  const first = view.before === null && view.mask[i] === 1;
  const parts = [
    first ? "selected" : (fateWords[fateOf(view, i)] ?? ""),
    view.times === null ? "" : `in ${view.times[i] ?? 0} of ${selections} selections`,
    view.scores === null ? "" : `score ${formatNumber(view.scores[i] ?? 0)}`,
    view.drift === null ? "" : `|W − W0| ${formatNumber(view.drift[i] ?? 0)}`,
  ];
  return `${place}: ${parts.filter((part) => part !== "").join("; ")}`;
}

/** Height that a picture's place should have before there is one. */
export const emptyHeight = marginalRoom + 256;
