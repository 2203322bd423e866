import { VisuallyHidden } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { Pause, Play, RotateCcw, SkipForward } from "lucide-react";
import { useMemo, useRef } from "react";
import { recordedText, scenesOf, type Scene } from "../../analysis/replay/replay-text.ts";
import type { Replay } from "../../contract/replay.ts";
import { useSelect } from "../app-context.ts";
import { methodLooks } from "../../analysis/drawing/method-looks.ts";
import { Swatch } from "../kit/Swatch.tsx";
import { Stage } from "./Stage.tsx";
import { useClock, type Clock } from "./use-clock.ts";
import textClasses from "../kit/text.module.css";
import classes from "./player.module.css";

/** A recorded experiment as a film of half a minute: what is seen, in words; the picture; play, position, skip. */
export function ReplayPlayer({ replay }: { readonly replay: Replay }) {
  const place = useRef<HTMLElement>(null);
  const scenes = useMemo(() => scenesOf(replay), [replay]);
  const seconds = scenes.at(-1)?.to ?? 0;
  const clock = useClock(seconds, place);
  const catalog = useSelect((state) => state.engine.catalog);
  const looks = useMemo(
    () =>
      methodLooks(
        catalog,
        replay.methods.map(({ id, label }) => ({ method: id, label })),
      ),
    [catalog, replay],
  );
  const { ref, width, height } = useElementSize<HTMLDivElement>();
  const picture = useMergedRef(ref);
  const scene = scenes.find(({ to }) => clock.time < to) ?? scenes.at(-1);
  if (scene === undefined) return null;
  return (
    <figure className={classes.player} ref={place} data-scene={scene.id} aria-labelledby="replay-words">
      <VisuallyHidden component="figcaption" id="replay-words">
        {recordedText(replay)} {scenes.map(({ title, texts }) => [title, ...texts].join(" ")).join(" ")}
      </VisuallyHidden>
      <div className={classes.caption} aria-hidden>
        <p className={`${textClasses.headline} ${classes.title}`}>{scene.title}</p>
        {scene.texts.map((text) => (
          <p key={text} className={classes.text}>
            {text}
          </p>
        ))}
      </div>
      {scene.id === "curves" && (
        <div className={classes.legend} aria-hidden>
          {replay.methods.map(({ id }) => (
            <span key={id}>
              <Swatch look={looks(id)} /> {looks(id).label}
            </span>
          ))}
        </div>
      )}
      <div className={classes.picture} ref={picture} aria-hidden>
        {width > 0 && height > 0 && (
          <Stage replay={replay} scenes={scenes} time={clock.time} looks={looks} room={{ width, height }} />
        )}
      </div>
      <Controls clock={clock} scenes={scenes} scene={scene} seconds={seconds} />
    </figure>
  );
}

interface ControlsProps {
  readonly clock: Clock;
  readonly scenes: readonly Scene[];
  readonly scene: Scene;
  readonly seconds: number;
}

function Controls({ clock, scenes, scene, seconds }: ControlsProps) {
  const ended = clock.time >= seconds;
  const label = clock.playing ? "Pause the replay" : ended ? "Play again" : "Play the replay";
  const Icon = clock.playing ? Pause : ended ? RotateCcw : Play;
  return (
    <div className={classes.controls}>
      <button
        type="button"
        className={classes.button}
        aria-label={label}
        title={label}
        onClick={clock.playing ? clock.pause : clock.play}
      >
        <Icon size={16} />
      </button>
      <span className={classes.track}>
        <span className={classes.rail}>
          <span className={classes.done} style={{ width: `${(clock.time / seconds) * 100}%` }} />
        </span>
        {scenes.slice(1).map(({ id, from }) => (
          <span key={id} className={classes.cut} style={{ left: `${(from / seconds) * 100}%` }} />
        ))}
        <input
          type="range"
          className={classes.slider}
          aria-label="Position in the replay"
          aria-valuetext={`${Math.round(clock.time)} of ${seconds} seconds: ${scene.title}`}
          min={0}
          max={seconds}
          step={0.1}
          value={clock.time}
          onChange={(event) => clock.seek(Number(event.currentTarget.value))}
        />
      </span>
      <span className={classes.clock} aria-hidden>
        {Math.floor(clock.time)} / {seconds} s
      </span>
      <button
        type="button"
        className={classes.button}
        aria-label="Skip to the verdict"
        title="Skip to the verdict"
        disabled={ended}
        onClick={() => clock.seek(seconds)}
      >
        <SkipForward size={16} />
      </button>
    </div>
  );
}
