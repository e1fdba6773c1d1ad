// A browser with a profile on disk, as people have one: what it leaves there is searched byte by byte.
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, test } from "@playwright/test";

/** What every one of these words looks like on a disk: as it is, as UTF-16, as hexadecimal, as base64 at any place. */
function spellings(word: string): Buffer[] {
  const plain = Buffer.from(word, "utf8");
  const spelled = [plain, Buffer.from(word, "utf16le"), Buffer.from(plain.toString("hex"))];
  for (const before of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(before), plain]).toString("base64").replace(/=+$/, "");
    // The first and the last letters depend on what stands beside.
    spelled.push(Buffer.from(shifted.slice(before === 0 ? 0 : before + 1, -2)));
  }
  return spelled;
}

export class Profile {
  private context: BrowserContext | undefined;

  private constructor(readonly folder: string) {}

  static async make(): Promise<Profile> {
    return new Profile(await mkdtemp(join(tmpdir(), "beistand-profile-")));
  }

  /** Opens the browser. */
  async open(): Promise<BrowserContext> {
    const { launchOptions, baseURL } = test.info().project.use;
    const options = { ...launchOptions, baseURL, locale: "de-DE", headless: true, serviceWorkers: "allow" as const };
    this.context = await chromium.launchPersistentContext(this.folder, options);
    return this.context;
  }

  /** Closes it, as people do. */
  async close(): Promise<void> {
    await this.context?.close();
  }

  /** Files of the profile that hold one of these words, in whatever spelling. */
  async holding(words: string[]): Promise<string[]> {
    const found: string[] = [];
    for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      // What went meanwhile holds nothing.
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      for (const word of words) {
        if (spellings(word).some((spelling) => bytes.includes(spelling))) found.push(`${word}: ${path.slice(this.folder.length)}`);
      }
    }
    return found;
  }

  async remove(): Promise<void> {
    await this.close().catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
