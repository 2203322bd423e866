import type { Scene } from "../../analysis/replay/replay-text.ts";
import type { Replay, ReplayMask, ReplaySelection } from "../../contract/replay.ts";
import type { MethodLooks } from "../../analysis/drawing/method-looks.ts";
import { CurvesScene } from "./CurvesScene.tsx";
import { ramp, type Room } from "./drawing.ts";
import { MaskStrip } from "./MaskStrip.tsx";
import { SeedsScene } from "./SeedsScene.tsx";
import { SwapsScene } from "./SwapsScene.tsx";
import { VerdictScene } from "./VerdictScene.tsx";
import classes from "./scenes.module.css";

interface StageProps {
  readonly replay: Replay;
  readonly scenes: readonly Scene[];
  /** Seconds since the replay began. */
  readonly time: number;
  readonly looks: MethodLooks;
  readonly room: Room;
}

/** Seconds in which a scene comes and goes. */
const blend = 0.3;

/** The picture at one time: a scene, fading into the next, and below two of them the weights of one head. */
export function Stage({ replay, scenes, time, looks, room }: StageProps) {
  const mask = replay.selection?.mask ?? null;
  const strip = mask === null ? null : stripRoom(mask, room);
  return (
    <>
      <svg className={classes.picture} width={room.width} height={room.height}>
        {scenes.map((scene, index) => {
          const last = index === scenes.length - 1;
          const shown =
            (index === 0 ? 1 : ramp(time, scene.from, scene.from + blend)) *
            (last ? 1 : 1 - ramp(time, scene.to - blend, scene.to));
          if (shown === 0) return null;
          return (
            <g key={scene.id} opacity={shown}>
              {pictureOf(scene, { replay, time, looks, room: roomOf(scene, room, strip) })}
            </g>
          );
        })}
      </svg>
      {replay.selection !== null && mask !== null && strip !== null && (
        <Strip
          selection={replay.selection}
          mask={mask}
          room={strip}
          scenes={scenes}
          time={time}
          stepCount={replay.stepCount}
        />
      )}
    </>
  );
}

/** Words below the strip. */
const noteHeight = 20;

/** The strip takes the whole width, and at most a third of the height. */
function stripRoom({ rows, cols }: ReplayMask, { width, height }: Room): Room {
  return { width, height: Math.min((width / cols) * rows, height * 0.34) };
}

function roomOf({ id }: Scene, { width, height }: Room, strip: Room | null): Room {
  const below = strip !== null && (id === "curves" || id === "swaps") ? strip.height + noteHeight + 12 : 0;
  return { width, height: height - below };
}

function pictureOf({ id, from, to }: Scene, { replay, time, looks, room }: Omit<StageProps, "scenes">) {
  const { selection } = replay;
  if (id === "seeds") return <SeedsScene replay={replay} room={room} looks={looks} time={time - from} />;
  if (id === "curves")
    return (
      <CurvesScene replay={replay} room={room} looks={looks} step={stepAt(time, { from, to }, replay.stepCount)} />
    );
  if (id === "verdict") return <VerdictScene replay={replay} room={room} looks={looks} time={time - from} />;
  return selection === null ? null : (
    <SwapsScene selection={selection} room={room} at={cycleAt(time, { from, to }, selection)} />
  );
}

type Stretch = Pick<Scene, "from" | "to">;

/** How many steps are done; the last second shows them all. */
function stepAt(time: number, { from, to }: Stretch, stepCount: number): number {
  return Math.min(1, Math.max(0, (time - from) / (to - from - 1))) * stepCount;
}

/** Which selection the line has reached, from 1, with a fraction; the last second and a half shows them all. */
function cycleAt(time: number, { from, to }: Stretch, { steps }: ReplaySelection): number {
  const last = Math.max(1, steps.length - 1);
  return 1 + Math.min(1, Math.max(0, (time - from - blend) / (to - from - 1.5))) * (last - 1);
}

interface StripPartProps {
  readonly selection: ReplaySelection;
  readonly mask: ReplayMask;
  readonly room: Room;
  readonly scenes: readonly Scene[];
  readonly time: number;
  readonly stepCount: number;
}

/** The weights of one head: lit in stage II while the curves grow; then what each selection swapped. */
function Strip({ selection, mask, room, scenes, time, stepCount }: StripPartProps) {
  const scene = scenes.find(({ from, to }) => time >= from && time < to);
  if (scene?.id !== "curves" && scene?.id !== "swaps") return null;
  const shown = ramp(time, scene.from, scene.from + (scene.id === "curves" ? blend : 0.01));
  const state =
    scene.id === "curves"
      ? updatesAt(stepAt(time, scene, stepCount), selection)
      : movesAt(cycleAt(time, scene, selection));
  const fades =
    scenes.find(({ id }) => id === "verdict")?.from === scene.to ? 1 - ramp(time, scene.to - blend, scene.to) : 1;
  return (
    <div className={classes.below} style={{ opacity: shown * fades }}>
      <MaskStrip mask={mask} width={room.width} height={room.height} {...state} />
      <p className={classes.note} style={{ height: noteHeight }}>
        <span>
          {mask.rows} × {mask.cols} weights
          {room.width >= 480 && ` of one head: ${mask.part}, layer ${mask.layer + 1}`}
        </span>
        <Key moves={scene.id === "swaps"} />
      </p>
    </div>
  );
}

function Key({ moves }: { readonly moves: boolean }) {
  const entries = moves
    ? ([
        ["stays", "stays"],
        ["entered", "entered"],
        ["left", "left"],
      ] as const)
    : ([
        ["stays", "updated"],
        ["out", "masked"],
      ] as const);
  return (
    <span className={classes.key}>
      {entries.map(([kind, text]) => (
        <span key={kind}>
          <i data-kind={kind} /> {text}
        </span>
      ))}
    </span>
  );
}

/** Over how many steps a selection sweeps over the strip, and goes out again. */
const sweepSteps = 1.6;

function updatesAt(step: number, { steps, updates }: ReplaySelection) {
  const cycle = steps.findLastIndex((at) => at - 1 <= step);
  const update = updates.find(([from, to]) => step >= from - 1 && step < to);
  const before = updates.findLast(([, to]) => step >= to);
  const since = update === undefined ? step - (before?.[1] ?? -sweepSteps) : step - (update[0] - 1);
  const sweep = Math.min(1, Math.max(0, since / sweepSteps));
  return { cycle, shows: "updates", stageTwo: update !== undefined, sweep } as const;
}

function movesAt(at: number) {
  const cycle = Math.floor(at + 1e-6);
  return {
    cycle,
    shows: "moves",
    stageTwo: true,
    sweep: Math.min(1, (at - cycle) / 0.55),
  } as const;
}
