import { NativeSelect } from "@mantine/core";
import { useEffect, useMemo, useRef, type RefObject } from "react";
import type { SubnetworkRecord } from "../../../contract/subnetwork.ts";
import type { GrowingRun } from "../../../store/results/archive.ts";
import { sentencesOf } from "../../../store/results/subnetwork/figures.ts";
import { selectingRuns, subnetworkScene, type SubnetworkScene } from "../../../store/results/subnetwork/scene.ts";
import { subnetworkFigures } from "../../../store/results/subnetwork/table.ts";
import { placeText } from "../../../analysis/grids/axes.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { ChartWaiting } from "../../charts/ChartCard.tsx";
import { ChartMenu } from "../../charts/card/ChartMenu.tsx";
import { chartFileName, type ChartTable } from "../../charts/card/chart-table.ts";
import { useArchive } from "../../charts/live.tsx";
import { useMethodLooks } from "../../kit/palette.ts";
import { useShownAxes } from "../use-shown.ts";
import { CycleBar, stopText } from "./CycleBar.tsx";
import { CoreCard, DriftCard, MovingCard, OverlapCard, WhereCard } from "./cards.tsx";
import { Inspector } from "./Inspector.tsx";
import { Tables } from "./Tables.tsx";
import textClasses from "../../kit/text.module.css";
import classes from "./SubnetworkView.module.css";

/** Elements that use the arrow keys themselves. */
const ownArrows = "input, select, textarea, [role='slider'], [role='menu'], section[tabindex]";

interface ViewProps {
  /** All of the view, for a picture of it. */
  readonly card: RefObject<HTMLElement | null>;
}

/** Which weights a run selects: where they sit, whether they still move, which stay, against random masks. */
export function SubnetworkView({ card }: ViewProps) {
  const runs = useSelecting();
  const look = useSelect((state) => state.view.subnetwork);
  const { run, stop, layer } = look;
  const scene = useMemo(() => subnetworkScene(runs, { run, stop, layer }), [runs, run, stop, layer]);
  const root = useRef<HTMLDivElement>(null);
  useArrowKeys(root, scene);
  if (scene === null) {
    return <ChartWaiting text="Every method that selects is hidden: choose one in the legend." />;
  }
  return (
    <div ref={root} className={classes.view}>
      <Head scene={scene} card={card} />
      <CycleBar scene={scene} />
      {look.table ? (
        <FigureTables scene={scene} />
      ) : scene.record === null ? (
        <Unwatched scene={scene} />
      ) : (
        <Watched scene={scene} record={scene.record} />
      )}
    </div>
  );
}

/** Runs to look at: those that select, of methods that nobody hid. */
function useSelecting(): readonly GrowingRun[] {
  const runs = useArchive();
  const hidden = useSelect((state) => state.view.hidden);
  return useMemo(() => selectingRuns(runs).filter(({ method }) => !hidden.includes(method)), [runs, hidden]);
}

/** The arrow keys of whatever is focused within move the slider. */
function useArrowKeys(root: RefObject<HTMLElement | null>, scene: SubnetworkScene | null): void {
  const { view } = useActions();
  const at = scene?.at ?? 0;
  const last = (scene?.stops.length ?? 0) - 1;
  useEffect(() => {
    const { current } = root;
    if (current === null) return;
    function step(event: KeyboardEvent): void {
      const move = moves[event.key];
      if (move === undefined || (event.target instanceof Element && event.target.closest(ownArrows) !== null)) return;
      event.preventDefault();
      view.look({ stop: Math.min(last, Math.max(0, at + move)) });
    }
    current.addEventListener("keydown", step);
    return () => current.removeEventListener("keydown", step);
  }, [root, view, at, last]);
}

const moves: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

interface SceneProps {
  readonly scene: SubnetworkScene;
}

/** Whose subnetwork is shown, what the pictures say, and what can be done with them. */
function Head({ scene, card }: SceneProps & ViewProps) {
  const runs = useSelecting();
  const looks = useMethodLooks();
  const axes = useShownAxes();
  const { view } = useActions();
  const nameOf = ({ method, seed, setting }: GrowingRun): string =>
    [looks(method).label, `seed ${seed}`, placeText(axes, setting)].filter((part) => part !== "").join(", ");
  const sentences = useMemo(() => sentencesOf(scene), [scene]);
  const { share, unit } = scene.drawn;
  return (
    <div className={classes.head}>
      <p className={classes.says}>
        {nameOf(scene.run)}, {stopText(scene.stops, scene.stop).toLowerCase()}: which weights are selected, against
        random masks that keep {Math.round(100 * share)} %{unit === "column" ? " of the columns" : ""}.{" "}
        <b>{sentences.join(" ")}</b>
      </p>
      <div className={classes.tools} data-picture="none">
        <NativeSelect
          aria-label="Run to look at"
          data={runs.map((one) => ({ value: one.id, label: nameOf(one) }))}
          value={scene.run.id}
          onChange={(event) => view.look({ run: event.currentTarget.value, stop: null })}
        />
        <Menu scene={scene} card={card} />
      </div>
    </div>
  );
}

const tableHead = ["Picture", "Of", "Cycle", "Value", "Chance", "Two sd of chance"];

/** The view as a picture, its numbers as a table and as a file. */
function Menu({ scene, card }: SceneProps & ViewProps) {
  const runs = useArchive();
  const overlaps = useSelect((state) => state.experiment.overlaps);
  const { scope, table } = useSelect((state) => state.view.subnetwork);
  const task = useSelect((state) => state.experiment.config?.task ?? "");
  const { view } = useActions();
  const rows = (): ChartTable["rows"] =>
    subnetworkFigures(runs, overlaps, scene, scope).map(({ picture, of, cycle, value, chance, spread }) => {
      return [picture, of, cycle, value, chance, spread];
    });
  return (
    <ChartMenu
      title="The subnetwork"
      fileName={chartFileName([task, scene.run.id, "subnetwork"])}
      card={card}
      legend={[]}
      table={() => ({ columns: tableHead, rows: rows() })}
      asTable={table}
      onTable={(asTable) => view.look({ table: asTable })}
    />
  );
}

function FigureTables({ scene }: SceneProps) {
  const runs = useArchive();
  const overlaps = useSelect((state) => state.experiment.overlaps);
  const scope = useSelect((state) => state.view.subnetwork.scope);
  return <Tables figures={subnetworkFigures(runs, overlaps, scene, scope)} />;
}

/** A run of an earlier version, or one that ran while the view was folded: what its selections say. */
function Unwatched({ scene }: SceneProps) {
  return (
    <>
      <MovingCard scene={scene} />
      <p className={textClasses.hint}>
        This run was not watched: the view was folded when it began, or it is of an earlier version. So it is known how
        much each selection swapped, but not where the weights sit.
      </p>
    </>
  );
}

function Watched({ scene, record }: SceneProps & { readonly record: SubnetworkRecord }) {
  return (
    <div className={classes.panels}>
      <WhereCard scene={scene} record={record} />
      <MovingCard scene={scene} />
      <CoreCard scene={scene} />
      <div className={classes.closely}>
        <Inspector scene={scene} record={record} />
        <div className={classes.side}>
          <OverlapCard scene={scene} />
          <DriftCard scene={scene} />
        </div>
      </div>
    </div>
  );
}
