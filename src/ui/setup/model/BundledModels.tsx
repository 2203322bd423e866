import { Button } from "@mantine/core";
import { BookOpen } from "lucide-react";
import type { BundledModel } from "../../../contract/sources/bundled.ts";
import { isBusy } from "../../../store/state.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatBytes, formatCount } from "../../../core/format.ts";
import cardClasses from "../../kit/card.module.css";
import textClasses from "../../kit/text.module.css";
import classes from "./BundledModels.module.css";

/** Models that ship with the page: one click to load, one to read what they are. */
export function BundledModels() {
  const { items, loading } = useSelect((state) => state.bundled);
  if (items.length === 0) return null;
  return (
    <section className={cardClasses.box} aria-label="Bundled model">
      {items.map((item) => (
        <Bundled key={item.id} item={item} loading={loading === item.id} />
      ))}
    </section>
  );
}

function Bundled({ item, loading }: { readonly item: BundledModel; readonly loading: boolean }) {
  const { id, label, description, license, parameterCount, files } = item;
  const busy = useSelect(isBusy);
  const used = useSelect((state) => state.model.model?.name === id);
  const actions = useActions();
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return (
    <div>
      <p className={classes.title}>
        {label}{" "}
        <span className={`${textClasses.soft} ${classes.facts}`}>
          {formatCount(parameterCount)} weights · {formatBytes(sizeBytes)} · {license}
        </span>
      </p>
      {!used && <p className={textClasses.hint}>{description}</p>}
      <div className={classes.buttons}>
        {!used && (
          <Button variant="light" disabled={busy} loading={loading} onClick={() => void actions.bundled.load(id)}>
            Use the bundled model
          </Button>
        )}
        <Button leftSection={<BookOpen size={14} />} onClick={() => void actions.bundled.openCard(id)}>
          Model card
        </Button>
      </div>
    </div>
  );
}
