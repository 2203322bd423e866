import { Button, Modal, Progress } from "@mantine/core";
import { HardDrive, ShieldCheck, Trash2 } from "lucide-react";
import { isBusy } from "../../../store/state.ts";
import { keyOf, repositoriesOf, type KeptRepository } from "../../../store/setup/storage.ts";
import type { StorageRecord } from "../../../contract/sources/storage.ts";
import { useActions, useSelect } from "../../app-context.ts";
import { formatBytes } from "../../../core/format.ts";
import { HubAddress } from "../model/HubAddress.tsx";
import { Notices } from "../../frame/Notices.tsx";
import layoutClasses from "../../kit/layout.module.css";
import textClasses from "../../kit/text.module.css";
import setupClasses from "../setup.module.css";
import classes from "./StoragePanel.module.css";

/** What was downloaded from the Hub, in a window of its own. */
export function StorageWindow() {
  const open = useSelect((state) => state.storage.open);
  const actions = useActions();
  return (
    <Modal
      opened={open}
      onClose={() => actions.storage.show(false)}
      size="lg"
      title="Downloads"
      classNames={{ title: textClasses.headline ?? "" }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <StoragePanel />
    </Modal>
  );
}

/** What is downloaded, what it takes, ways to delete it, and where downloads come from. */
export function StoragePanel() {
  const record = useSelect((state) => state.storage.record);
  if (record === null) return <p className={textClasses.hint}>Looking …</p>;
  return (
    <div className={layoutClasses.stack}>
      <KeptList record={record} />
      <Notices place="storage" />
      <Storage record={record} />
      <HubAddress />
    </div>
  );
}

function KeptList({ record }: { readonly record: StorageRecord }) {
  const removing = useSelect((state) => state.storage.removing);
  const busy = useSelect((state) => state.hub.download !== null || isBusy(state));
  const actions = useActions();
  const repositories = repositoriesOf(record.files);
  if (repositories.length === 0) {
    return (
      <p className={classes.empty}>Nothing is downloaded yet: models and data from the Hub will be listed here.</p>
    );
  }
  const total = repositories.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return (
    <section aria-labelledby="kept-title">
      <h3 id="kept-title" className={setupClasses.sectionTitle}>
        Downloaded: {formatBytes(total)}
      </h3>
      <ul className={classes.list}>
        {repositories.map((repository) => (
          <KeptItem key={keyOf(repository)} repository={repository} disabled={busy} removing={removing} />
        ))}
      </ul>
      {repositories.length > 1 && (
        <Button
          mt={10}
          disabled={busy}
          loading={removing === ""}
          leftSection={<Trash2 size={14} />}
          onClick={() => void actions.storage.remove(null)}
        >
          Delete all
        </Button>
      )}
    </section>
  );
}

interface KeptItemProps {
  readonly repository: KeptRepository;
  readonly disabled: boolean;
  readonly removing: string | null;
}

function KeptItem({ repository, disabled, removing }: KeptItemProps) {
  const actions = useActions();
  const { kind, id, commit, sizeBytes, fileCount, complete } = repository;
  return (
    <li className={classes.item}>
      <div className={classes.text}>
        <p className={classes.name}>
          {id}
          {!complete && <span className={textClasses.tagBad}>not complete</span>}
        </p>
        <p className={classes.about}>
          {kind === "model" ? "Model" : "Data set"}, commit <code title={commit}>{commit.slice(0, 8)}</code>,{" "}
          {fileCount === 1 ? "one file" : `${fileCount} files`}
        </p>
      </div>
      <span className={classes.size}>{formatBytes(sizeBytes)}</span>
      <Button
        disabled={disabled}
        loading={removing === keyOf(repository)}
        onClick={() => void actions.storage.remove(repository)}
        aria-label={`Delete ${id}, commit ${commit.slice(0, 8)}`}
      >
        Delete
      </Button>
    </li>
  );
}

/** How much the browser gives, and whether it promised to keep it. */
function Storage({ record }: { readonly record: StorageRecord }) {
  const declined = useSelect((state) => state.storage.declined);
  const actions = useActions();
  const { usageBytes, quotaBytes, persistent, refusal } = record;
  if (refusal !== null) {
    return (
      <p className={textClasses.warning}>
        {refusal}. Downloads stay in memory and are gone when this page is closed; allow site data, or leave the private
        window, to keep them.
      </p>
    );
  }
  return (
    <section aria-labelledby="storage-title">
      <h3 id="storage-title" className={setupClasses.sectionTitle}>
        Storage
      </h3>
      {usageBytes !== null && quotaBytes !== null && quotaBytes > 0 && (
        <>
          <Progress
            value={(100 * usageBytes) / quotaBytes}
            size="sm"
            radius="xl"
            mb={6}
            aria-label="Share of this page's storage in use"
          />
          <p className={textClasses.hint}>
            <HardDrive size={13} /> {formatBytes(usageBytes)} of the {formatBytes(quotaBytes)} that the browser gives
            this page are in use.
          </p>
        </>
      )}
      {persistent ? (
        <p className={textClasses.hint}>
          <ShieldCheck size={13} /> Protected: the browser keeps this until you clear it.
        </p>
      ) : (
        <div className={layoutClasses.row}>
          <p className={`${textClasses.hint} ${setupClasses.grow}`}>
            {declined
              ? "The browser declined: it may clear downloads when the disk is full. Bookmark or install the page, and ask again."
              : "The browser may clear downloads by itself when the disk is full."}
          </p>
          <Button onClick={() => void actions.storage.persist()}>Protect</Button>
        </div>
      )}
    </section>
  );
}
