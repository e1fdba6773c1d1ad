// A virtual screen reader in the page: what somebody hears who sees nothing. It speaks roles in English and says of a
// live region how it interrupts: "polite: …" or "assertive: …". The keys are pressed by the test.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Page, expect } from "@playwright/test";

const BUNDLE = createRequire(import.meta.url).resolve("@guidepup/virtual-screen-reader/browser.js");

type Phrase = string | RegExp;

declare global {
  // eslint-disable-next-line no-var
  var screenReader: {
    start(options: { container: Node }): Promise<void>;
    next(): Promise<void>;
    lastSpokenPhrase(): Promise<string>;
    spokenPhraseLog(): Promise<string[]>;
  };
}

/**
 * The bundle as a script: a module could only come in as a request, which the policy of our pages refuses. What the
 * debugging protocol evaluates is under no policy, so that stays as it is.
 */
async function script(): Promise<string> {
  const source = await readFile(BUNDLE, "utf8");
  const parted = /^([\s\S]*)export\s*\{[^}]*?([\w$]+) as virtual\s*\}/.exec(source);
  if (!parted) throw new Error("the screen reader's bundle does not export `virtual` any more");
  return `(() => { ${parted[1]}; globalThis.screenReader = ${parted[2]}; })()`;
}

export class Reader {
  /** How many phrases have been looked at. */
  private at = 0;

  private constructor(private readonly page: Page) {}

  /** Turns it on in the page as it is now; a page that is loaded anew needs another one. */
  static async start(page: Page): Promise<Reader> {
    await page.evaluate(await script());
    await page.evaluate(() => globalThis.screenReader.start({ container: document.body }));
    return new Reader(page);
  }

  /** Everything that it has said so far. */
  async log(): Promise<string[]> {
    return this.page.evaluate(() => globalThis.screenReader.spokenPhraseLog());
  }

  /** All of these are said, in whatever order, after what was heard before. */
  async hears(...phrases: Phrase[]): Promise<void> {
    let said: string[] = [];
    const missing = async () => {
      said = (await this.log()).slice(this.at);
      return phrases.filter((phrase) => !said.some((one) => matches(one, phrase))).map(String);
    };
    await expect
      .poll(missing, { message: "not heard" })
      .toEqual([])
      .catch(() => expect(said, `not heard: ${phrases.join(", ")}`).toEqual(phrases));
    const last = Math.max(...phrases.map((phrase) => said.findIndex((one) => matches(one, phrase))));
    this.at += last + 1;
  }

  /** Nothing like it was said since it was turned on. */
  async neverHeard(phrase: RegExp): Promise<void> {
    expect((await this.log()).filter((one) => phrase.test(one))).toEqual([]);
  }

  /** Reads the whole page from its top, as somebody does who does not know it. */
  async readsAll(): Promise<string[]> {
    const to = (place: string) =>
      this.page.evaluate(async (place) => {
        for (let steps = 0; steps < 1_500; steps += 1) {
          await globalThis.screenReader.next();
          if ((await globalThis.screenReader.lastSpokenPhrase()) === place) return;
        }
        throw new Error(`there is no ${place}`);
      }, place);
    await to("document");
    const from = (await this.log()).length - 1;
    await to("end of document");
    const log = await this.log();
    this.at = log.length;
    return log.slice(from);
  }
}

function matches(said: string, phrase: Phrase): boolean {
  return typeof phrase === "string" ? said === phrase : phrase.test(said);
}
