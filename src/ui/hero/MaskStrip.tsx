import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import type { ReplayMask } from "../../contract/replay.ts";
import { fromBase64 } from "../../core/base64.ts";
import classes from "./scenes.module.css";

interface StripProps {
  readonly mask: ReplayMask;
  readonly width: number;
  readonly height: number;
  /** Which selection, from 0; −1 before the first. */
  readonly cycle: number;
  /** How far the change to this selection has swept over the strip, 0 to 1. */
  readonly sweep: number;
  /** `updates`: what is updated is lit; `moves`: what has entered and what has left stands out. */
  readonly shows: "updates" | "moves";
  /** true while only the selected weights are updated. */
  readonly stageTwo: boolean;
}

/** The look of a weight. Of several kinds at one place the later is drawn. */
type Kind = "out" | "all" | "stays" | "left" | "entered";

const paints: Readonly<Record<Kind, { readonly color: string; readonly alpha: number }>> = {
  out: { color: "--line", alpha: 0.55 },
  all: { color: "--accent", alpha: 0.34 },
  stays: { color: "--accent", alpha: 1 },
  left: { color: "--ink-soft", alpha: 0.5 },
  entered: { color: "--method-2", alpha: 1 },
};

/** One attention head's rows of a weight matrix, a cell a weight. */
export function MaskStrip(props: StripProps) {
  // Colours are read when it is drawn: others, another picture.
  return <Cells key={useComputedColorScheme("light")} {...props} />;
}

function Cells({ mask, width, height, cycle, sweep, shows, stageTwo }: StripProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const masks = useMemo(() => mask.bits.map((one) => fromBase64(one) ?? new Uint8Array()), [mask]);
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (element === null || !pen) return;
    const dense = Math.min(2, window.devicePixelRatio || 1);
    element.width = Math.round(width * dense);
    element.height = Math.round(height * dense);
    pen.scale(dense, dense);
    const style = getComputedStyle(element);
    const paths = pathsOf(mask, masks, { width, height, cycle, sweep, shows, stageTwo });
    for (const [kind, path] of paths) {
      const { color, alpha } = paints[kind];
      pen.globalAlpha = alpha;
      pen.fillStyle = style.getPropertyValue(color);
      pen.fill(path);
    }
  }, [mask, masks, width, height, cycle, sweep, shows, stageTwo]);
  return <canvas ref={canvas} className={classes.strip} style={{ width, height }} aria-hidden />;
}

type Drawn = Omit<StripProps, "mask">;

function pathsOf(
  { rows, cols }: ReplayMask,
  masks: readonly Uint8Array[],
  { width, height, cycle, sweep, shows, stageTwo }: Drawn,
): ReadonlyMap<Kind, Path2D> {
  const paths = new Map<Kind, Path2D>();
  const [cellWidth, cellHeight] = [width / cols, height / rows];
  const gap = Math.min(cellWidth, cellHeight) >= 3.2 ? 0.9 : Math.min(cellWidth, cellHeight) >= 2 ? 0.4 : 0;
  const [now, before] = [masks[cycle], masks[cycle - 1]];
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const at = row * cols + col;
      // The front is ragged, as if each weight took its own moment.
      const swept = sweep * 1.2 - 0.2 * noise(at) >= col / cols;
      const [had, has] = [bit(before, at), bit(now, at)];
      const kind = shows === "moves" ? moveOf(had, has, swept, before !== undefined) : updateOf(has, swept, stageTwo);
      const path = paths.get(kind) ?? new Path2D();
      paths.set(kind, path);
      path.rect(col * cellWidth, row * cellHeight, cellWidth - gap, cellHeight - gap);
    }
  }
  return paths;
}

/** In stage I every weight is updated; in stage II those selected. */
function updateOf(has: boolean, swept: boolean, stageTwo: boolean): Kind {
  const selecting = stageTwo === swept;
  return selecting ? (has ? "stays" : "out") : "all";
}

function moveOf(had: boolean, has: boolean, swept: boolean, known: boolean): Kind {
  if (!known) return has ? "stays" : "out";
  if (!swept) return had ? "stays" : "out";
  if (had) return has ? "stays" : "left";
  return has ? "entered" : "out";
}

function bit(mask: Uint8Array | undefined, at: number): boolean {
  return mask !== undefined && (((mask[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
}

/** 0 to 1, the same for the same weight. */
function noise(at: number): number {
  return ((Math.imul(at + 1, 2654435761) >>> 8) & 0xffff) / 0xffff;
}
