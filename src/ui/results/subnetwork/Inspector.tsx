import { NativeSelect, SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useMemo } from "react";
import {
  fates,
  pictureOf,
  type MatrixMeasure,
  type MatrixPicture,
} from "../../../analysis/subnetwork/matrix-picture.ts";
import { layerWord } from "../../../analysis/subnetwork/words.ts";
import type { MatrixRegion, MatrixView, SubnetworkRecord } from "../../../contract/subnetwork.ts";
import { countOf, formatNumber, formatWhole } from "../../../core/format.ts";
import {
  chosenSpot,
  layersIn,
  matrixWord,
  spotsOf,
  type Spot,
  type SubnetworkScene,
} from "../../../store/results/subnetwork/scene.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { emptyHeight, MatrixCanvas } from "./MatrixCanvas.tsx";
import { scaleFor } from "./matrix-paint.ts";
import { Panel } from "./Panel.tsx";
import classes from "./Inspector.module.css";

interface Measure {
  readonly label: string;
  readonly about: string;
  /** Why it may not be there. */
  readonly missing: string;
}

const measures: Readonly<Record<MatrixMeasure, Measure>> = {
  mask: { label: "Mask", about: "", missing: "" },
  times: {
    label: "Times",
    about: "selections that a weight was in",
    missing: "How often each weight was selected is no longer kept of this cycle.",
  },
  scores: {
    label: "Score",
    about: "score that it was selected by, log scale",
    missing: "Scores are kept of the newest selection of a run that is on show, and by no result file.",
  },
  drift: {
    label: "Drift",
    about: "|W − W0|",
    missing: "Single weights are kept of the newest cycle of a run that is on show, and by no result file.",
  },
};

const fateLabels = {
  stays: "stays selected",
  entered: "entered",
  left: "left",
  out: "not selected",
};

interface InspectorProps {
  readonly scene: SubnetworkScene;
  readonly record: SubnetworkRecord;
}

/** A place in pixels: what stays selected, what entered and left, how often, by what score, and how far it moved. */
export function Inspector({ scene: { run, stop, stops, layer }, record }: InspectorProps) {
  const look = useSelect((state) => state.view.subnetwork);
  const { shown, reading, problem } = useSelect((state) => state.inspector);
  const { inspector } = useActions();
  const spot = chosenSpot(record, layer, look.spot);
  const block = spot?.blocks[look.block] ?? spot?.blocks[0];
  const cycle = stop?.cycle ?? null;
  const step = stop?.step ?? null;
  // After the last step the cycle is the same, but the weights have moved on: it is another stop.
  const seen = useMemo(() => (cycle === null || step === null ? null : { cycle, step }), [cycle, step]);
  const { id } = run;
  const { matrix, top = 0, bottom = 0, left = 0, right = 0 } = block ?? {};
  const name = matrix?.name;
  useEffect(() => {
    if (seen !== null && name !== undefined) {
      void inspector.look({ run: id, matrix: name, cycle: seen.cycle, top, bottom, left, right });
    }
  }, [inspector, id, name, seen, top, bottom, left, right]);
  const view = shown === null ? null : inspector.view();
  const current = shown !== null && view !== null && shown.matrix === name && shown.run === id;
  const cycles = stops.filter((one) => !one.after && cycle !== null && one.cycle <= cycle);
  const title = `${layerWord(layer)} · ${spot?.name ?? ""}`;
  return (
    <Panel title={title} about={`${formatWhole((bottom - top) * (right - left))} weights, each a pixel`}>
      <div className={classes.inspector}>
        <SpotSelects record={record} layer={layer} spot={spot} />
        {current ? (
          <Pixels region={shown} view={view} selections={cycles.length} title={title} />
        ) : (
          <p className={classes.empty} style={{ minHeight: emptyHeight }} aria-live="polite">
            {problem ?? (reading ? "Reading the weights…" : "The first selection will show here.")}
          </p>
        )}
      </div>
    </Panel>
  );
}

interface SpotSelectsProps {
  readonly record: SubnetworkRecord;
  readonly layer: number | null;
  readonly spot: Spot | null;
}

/** Layer, place, and which of its matrices: by keyboard what a click in the picture above does. */
function SpotSelects({ record, layer, spot }: SpotSelectsProps) {
  const look = useSelect((state) => state.view.subnetwork);
  const { view } = useActions();
  const spots = spotsOf(record, layer);
  const groups = (["Heads", "Neurons", "Dimensions", "Whole matrices"] as const).flatMap((group) => {
    const items = spots.filter((one) => one.group === group).map(({ id, name }) => ({ value: id, label: name }));
    return items.length === 0 ? [] : [{ group, items }];
  });
  return (
    <div className={classes.selects} data-picture="none">
      <NativeSelect
        aria-label="Layer to look at"
        data={layersIn(record).map((one) => ({ value: String(one), label: layerWord(one) }))}
        value={String(layer)}
        onChange={({ currentTarget: { value } }) =>
          view.look({ layer: value === "null" ? "outside" : Number(value), block: 0 })
        }
      />
      <NativeSelect
        aria-label="Place to look at"
        data={groups}
        value={spot?.id ?? ""}
        onChange={(event) => view.look({ spot: event.currentTarget.value, block: 0 })}
      />
      {spot !== null && spot.blocks.length > 1 && (
        <NativeSelect
          aria-label="Its rows or columns of"
          data={spot.blocks.map(({ matrix, left, right }, index) => ({
            value: String(index),
            label: `${right - left === matrix.cols ? "rows" : "columns"} of ${matrixWord(matrix)}`,
          }))}
          value={String(Math.min(look.block, spot.blocks.length - 1))}
          onChange={(event) => view.look({ block: Number(event.currentTarget.value) })}
        />
      )}
      <SegmentedControl
        aria-label="What the pixels show"
        data={measureOrder.map((value) => ({ value, label: measures[value].label }))}
        value={look.measure}
        onChange={(value) => view.look({ measure: measureOrder.find((one) => one === value) ?? "mask" })}
      />
    </div>
  );
}

const measureOrder = ["mask", "times", "scores", "drift"] as const;

interface PixelsProps {
  readonly region: MatrixRegion;
  readonly view: MatrixView;
  readonly selections: number;
  readonly title: string;
}

function Pixels({ region, view, selections, title }: PixelsProps) {
  const measure = useSelect((state) => state.view.subnetwork.measure);
  const { ref, width } = useElementSize();
  const scheme = useComputedColorScheme();
  const [rows, cols] = [region.bottom - region.top, region.right - region.left];
  const picture = useMemo(() => pictureOf(view, rows, cols, measure), [view, rows, cols, measure]);
  const label = `${title}, ${rows} × ${cols} weights: ${countsText(picture)}.`;
  return (
    <>
      {measure === "mask" ? (
        <FateLegend picture={picture} />
      ) : (
        <ScaleLegend picture={picture} measure={measure} selections={selections} />
      )}
      <div ref={ref} className={classes.place}>
        {picture.values === null ? (
          <p className={classes.empty} style={{ minHeight: emptyHeight }}>
            {view.note ?? measures[measure].missing}
          </p>
        ) : (
          <MatrixCanvas
            key={scheme}
            {...{ picture, measure, view, region, selections, label }}
            width={width === 0 ? 560 : width}
          />
        )}
      </div>
    </>
  );
}

/** "3,100 stay selected, 210 entered, 214 left, 4,668 are not selected". */
function countsText({ counts: [out, stays, entered, left] }: MatrixPicture): string {
  const moved = `${formatWhole(entered)} entered, ${formatWhole(left)} left`;
  return `${formatWhole(stays)} stay selected, ${moved}, ${formatWhole(out)} are not selected`;
}

function FateLegend({ picture: { counts } }: { readonly picture: MatrixPicture }) {
  return (
    <ul className={classes.legend}>
      {(["stays", "entered", "left", "out"] as const).map((fate) => (
        <li key={fate}>
          <span className={classes.swatch} style={{ background: `var(--${fate})` }} aria-hidden />
          {fateLabels[fate]} <b>{formatWhole(counts[fates.indexOf(fate)] ?? 0)}</b>
        </li>
      ))}
    </ul>
  );
}

interface ScaleLegendProps {
  readonly picture: MatrixPicture;
  readonly measure: MatrixMeasure;
  readonly selections: number;
}

function ScaleLegend({ picture: { values }, measure, selections }: ScaleLegendProps) {
  if (values === null) return null;
  const { low, high } = scaleFor(measure, values, selections);
  const word = (value: number): string => (measure === "times" ? countOf(value, "time") : formatNumber(value));
  return (
    <p className={classes.scale}>
      {measures[measure].about}: {word(low)}
      <svg width={160} height={12} aria-hidden>
        {Array.from({ length: 20 }, (_, at) => (
          <rect
            key={at}
            x={at * 8}
            width={8.3}
            height={12}
            fill={`color-mix(in srgb, var(--stays) ${(100 * at) / 19}%, var(--out))`}
          />
        ))}
      </svg>
      {word(high)}
    </p>
  );
}
