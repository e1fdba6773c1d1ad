// Hands that have a keyboard and nothing else, and eyes that need to see where the focus is.
import { type Locator, type Page, expect } from "@playwright/test";
import { test as watched } from "./fixtures.ts";

/** What somebody without a pointer cannot do, and what Playwright does for a test that no key does. */
const NO_KEYS = [
  ..."check clear click dblclick dispatchEvent down dragAndDrop dragTo fill focus hover move press".split(" "),
  ..."pressSequentially scrollIntoViewIfNeeded selectOption selectText setChecked tap type uncheck up wheel".split(" "),
];

type Fixtures = {
  /** From here on everything but `page.keyboard` fails. */
  onlyKeys: () => void;
};

export const test = watched.extend<Fixtures>({
  onlyKeys: async ({ page }, use) => {
    const takenAway: (() => void)[] = [];
    await use(() => {
      for (const one of [page, page.mainFrame(), page.locator("body"), page.mouse, page.touchscreen]) {
        takenAway.push(takeAway(Object.getPrototypeOf(one)));
      }
    });
    for (const giveBack of takenAway) giveBack();
  },
});

/** Takes the methods from a class of Playwright's; what it gives puts them back. */
function takeAway(prototype: Record<string, unknown>): () => void {
  const own = NO_KEYS.filter((name) => Object.hasOwn(prototype, name)).map((name) => [name, prototype[name]] as const);
  for (const [name] of own) {
    prototype[name] = () => {
      throw new Error(`${name}() in a journey by keyboard alone`);
    };
  }
  return () => Object.assign(prototype, Object.fromEntries(own));
}

/** What has the focus: what it is, and what is wrong with how one sees it. */
type Stop = { name: string; fault: string };

/** Runs in the page. */
function look(): Stop {
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || at === document.body) return { name: "(the page)", fault: "" };
  const labels = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? [...(at.labels ?? [])] : [];
  const words = at.getAttribute("aria-label") ?? labels[0]?.textContent ?? at.textContent ?? "";
  const name = `${at.localName} „${words.trim().replaceAll(/\s+/g, " ").slice(0, 40)}“`;
  // A field that lies unseen over its own picture is shown by its label.
  const shapes: Element[] = [at, ...labels];
  const ringed = shapes.some((shape) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(shape);
    return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$|transparent/.test(outlineColor);
  });
  if (!ringed) return { name, fault: "no ring around it" };
  const boxes = shapes.flatMap((shape) => [...shape.getClientRects()]);
  const seen = boxes.some(({ left, right, top, bottom }) => {
    const [from, to] = [Math.max(left, 0), Math.min(right, innerWidth)];
    const [above, below] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
    if (to - from < 2 || below - above < 2) return false;
    const spots = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [from + x * (to - from), above + y * (below - above)] as const));
    return spots.some(([x, y]) => {
      const hit = document.elementFromPoint(x, y);
      return shapes.some((shape) => shape.contains(hit));
    });
  });
  return { name, fault: seen ? "" : "covered, or out of sight" };
}

export class Hands {
  constructor(readonly page: Page) {}

  /** Presses a key. */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** Writes into what has the focus, which has to be a field. */
  async type(text: string): Promise<void> {
    await expect(this.page.locator(":is(input, textarea):focus"), "a field has the focus").toHaveCount(1);
    await this.page.keyboard.type(text);
  }

  /** Goes there with the Tab key; at each stop on the way one sees where one is. */
  async reach(goal: Locator, key: "Tab" | "Shift+Tab" = "Tab", most = 70): Promise<void> {
    await expect(goal).toBeAttached();
    const there = goal.and(this.page.locator(":focus"));
    await this.tab(async () => (await there.count()) === 1, `${goal}`, key, most);
  }

  /** As `reach`, and presses Enter. */
  async use(goal: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
    await this.reach(goal, key);
    await this.press("Enter");
  }

  /** Goes to a field and writes into it. */
  async fill(goal: Locator, text: string): Promise<void> {
    await this.reach(goal);
    await this.type(text);
    await expect(goal).toHaveValue(text);
  }

  /** Goes to a box and ticks it. */
  async tick(goal: Locator): Promise<void> {
    await this.reach(goal);
    await this.press("Space");
    await expect(goal).toBeChecked();
  }

  /** Goes to a group of radio buttons, and in it with the arrow keys. */
  async choose(goal: Locator): Promise<void> {
    const group = this.page.locator(`input[type="radio"][name="${await goal.getAttribute("name")}"]`);
    const most = await group.count();
    await this.tab(async () => (await group.and(this.page.locator(":focus")).count()) === 1, `${goal}`, "Tab", 70);
    if (await goal.and(this.page.locator(":focus")).count()) await this.press("Space");
    for (let steps = 0; steps < most && !(await goal.isChecked()); steps += 1) await this.press("ArrowDown");
    await expect(goal).toBeChecked();
    await this.seesFocus();
  }

  /** Where the focus is can be seen: a ring, in the window, covered by nothing. */
  async seesFocus(): Promise<void> {
    await expect.poll(async () => (await this.page.evaluate(look)).fault, { message: "how the focus is seen" }).toBe("");
  }

  private async tab(there: () => Promise<boolean>, goal: string, key: string, most: number): Promise<void> {
    const way: string[] = [];
    while (!(await there())) {
      if (way.length === most) throw new Error(`${key} does not lead to ${goal}, but to:\n${way.join("\n")}`);
      await this.press(key);
      const stop = await this.page.evaluate(look);
      way.push(stop.name);
      // Scrolling to it takes a frame.
      if (stop.fault) await expect.poll(async () => (await this.page.evaluate(look)).fault, { message: stop.name }).toBe("");
    }
    await this.seesFocus();
  }
}
