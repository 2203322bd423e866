import { homedir } from "node:os";
import { join } from "node:path";
import { defaultHub } from "../../contract/sources/hub.ts";
import type { Fetch } from "../../models/hub/exchange.ts";
import { checkedHub } from "../../models/hub/names.ts";

/** What the environment says of the Hub. */
interface HubEnvironment {
  readonly hub: string;
  /** Folder of the cache. */
  readonly cache: string;
  /** Take what is kept and ask no Hub. */
  readonly offline: boolean;
  readonly token: string | null;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads HF_ENDPOINT, HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME, HF_HUB_OFFLINE and HF_TOKEN, which mean what they mean to
 * Python's huggingface_hub. Errors: bad-settings for an address that is none.
 */
export function hubEnvironment(variables: Variables = process.env): HubEnvironment {
  const given = (name: string): string | null => {
    const value = variables[name]?.trim() ?? "";
    return value === "" ? null : value;
  };
  const home = given("HF_HOME") ?? join(given("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "huggingface");
  return {
    hub: checkedHub(given("HF_ENDPOINT") ?? defaultHub),
    cache: given("HF_HUB_CACHE") ?? join(home, "hub"),
    offline: /^(1|on|yes|true)$/i.test(given("HF_HUB_OFFLINE") ?? ""),
    token: given("HF_TOKEN"),
  };
}

/**
 * fetch() that shows the token to the Hub and to nobody else: fetch takes the header off where it is redirected to
 * another host. Source: the Fetch standard, HTTP-redirect fetch.
 */
export function hubFetch({ hub, token }: HubEnvironment): Fetch {
  const own = new URL(hub).origin;
  return async (url, init) => {
    if (token === null || new URL(url).origin !== own) return await fetch(url, init);
    return await fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } });
  };
}
