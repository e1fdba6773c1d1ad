// The codes of the demonstration's staff: as anybody's app computes them (RFC 6238), from a seed that is the end of the
// password. A code counts once, so the tests of a run tell each other which ones were used.
import { createHmac } from "node:crypto";
import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const STEP = 30_000;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** What the app shows in this step. */
function codeAt(seed: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", seed).update(counter).digest();
  const at = (hash.at(-1) ?? 0) & 15;
  return ((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).toString().padStart(6, "0");
}

/** The seed of somebody of the demonstration. */
export function seedOf(password: string): Buffer {
  return Buffer.from(password.padStart(20, "-").slice(-20));
}

/** Reads what apps read: base 32 (RFC 4648, 6). */
export function seedFrom(text: string): Buffer {
  const bits = [...text.replace(/\s/g, "")].map((one) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(one).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Codes of one app, each later than the one before. */
export class App {
  private last = 0;

  constructor(private readonly seed: Buffer) {}

  /** A code that was not used; waits if there is none. */
  async next(): Promise<string> {
    const step = await free(this.last);
    this.last = step;
    return codeAt(this.seed, step);
  }
}

/** The next step after `last` that counts now: one step early, now, or one step late. */
async function free(last: number): Promise<number> {
  for (;;) {
    const now = Math.floor(Date.now() / STEP);
    const step = Math.max(now - 1, last + 1);
    // Not at the very end of what still counts.
    if (step <= now + 1 && (step >= now || Date.now() % STEP < STEP - 5_000)) return step;
    if (step <= now + 1 && step + 1 <= now + 1) return step + 1;
    await pause(500);
  }
}

/** Where the tests of a run tell each other about somebody. */
async function place(page: Page, userName: string): Promise<string> {
  const run = process.env.BEISTAND_DATA ?? "";
  const name = `${process.ppid}-${run}-${new URL(page.url()).port}`.replace(/\W+/g, "-");
  const folder = join(tmpdir(), `beistand-codes-${name}`, userName);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** One after another, in all workers: `use` is given a code that nobody has used before. */
export async function withCode<T>(page: Page, userName: string, password: string, use: (code: string) => Promise<T>): Promise<T> {
  const folder = await place(page, userName);
  const lock = join(folder, "lock");
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch {
      // A worker that was ended in the middle does not hold up the others.
      const held = await stat(lock).catch(() => undefined);
      if (held && Date.now() - held.mtimeMs > 90_000) await rm(lock, { recursive: true, force: true });
      await pause(100);
    }
  }
  try {
    const file = join(folder, "last");
    // The demonstration may have been made a moment ago, and signs in itself for that.
    const made = Math.floor(Date.now() / STEP);
    const last = Number(await readFile(file, "utf8").catch(() => `${made}`));
    const step = await free(last);
    await writeFile(file, `${step}`);
    return await use(codeAt(seedOf(password), step));
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

type Tab = { cookies: Parameters<ReturnType<Page["context"]>["addCookies"]>[0]; entries: [string, string][] };

/** Keeps somebody's open tab for the tests that come later. */
export async function keepTab(page: Page, userName: string): Promise<void> {
  const tab: Tab = {
    cookies: await page.context().cookies(),
    entries: await page.evaluate(() => Object.entries(sessionStorage).filter(([name]) => name === "beistand.unlock")),
  };
  await writeFile(join(await place(page, userName), "tab"), JSON.stringify(tab));
}

/** Opens the same tab once more, as a browser does that duplicates it. */
export async function openTab(page: Page, userName: string): Promise<boolean> {
  const text = await readFile(join(await place(page, userName), "tab"), "utf8").catch(() => undefined);
  if (!text) return false;
  const tab = JSON.parse(text) as Tab;
  await page.context().addCookies(tab.cookies);
  await page.evaluate((entries) => {
    for (const [name, value] of entries) sessionStorage.setItem(name, value);
  }, tab.entries);
  return true;
}
