// Access of what a page shows now: no violation in either theme, and nothing lost where there is little room.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** `cargo xtask test --long`: each screen at each width, not only at the one that the test has. */
const LONG = process.env.BEISTAND_LONG === "1";
const WIDTHS = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** Windows in which everything must still be there: 1280 × 1024 at 200 %, the same at 400 %, and phones. */
const NARROW = [
  { width: 640, height: 512 },
  { width: 320, height: 256 },
  { width: 320, height: 640 },
  { width: 360, height: 740 },
  { width: 390, height: 844 },
];

/** No violation of WCAG 2.2 AA, light and dark. A long run looks at three widths, and at what a zoomed page loses. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!LONG) return inBothThemes(page);
  // Asked for once more: every call takes several times as long.
  test.info().setTimeout(test.info().timeout + 60_000);
  const before = page.viewportSize();
  for (const size of WIDTHS) {
    await page.setViewportSize(size);
    await inBothThemes(page);
  }
  await expectReflow(page);
  if (before) await page.setViewportSize(before);
}

async function inBothThemes(page: Page): Promise<void> {
  // From its top: what is half under the bar that stays is no small target, and one can scroll.
  await page.evaluate(() => scrollTo(0, 0));
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const small = violations.filter(({ id }) => id === "target-size");
    for (const violation of small) violation.nodes = await stillSmall(page, violation.nodes);
    const found = violations.filter(({ nodes }) => nodes.length > 0).map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
    expect(found, `${colorScheme}, ${page.viewportSize()?.width} px: ${new URL(page.url()).pathname}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

/** What is too small also where nothing lies over it: half under a bar that stays, one can scroll. */
async function stillSmall<N extends { target: unknown[] }>(page: Page, nodes: N[]): Promise<N[]> {
  const small: N[] = [];
  for (const node of nodes) {
    const target = node.target.join(" ");
    await page.locator(target).evaluate((element) => element.scrollIntoView({ block: "center" }));
    const again = await new AxeBuilder({ page }).include(target).withRules("target-size").analyze();
    if (again.violations.length > 0) small.push(node);
  }
  return small;
}

/** At 200 %, at 400 % and 320 px wide nothing is cut off, nothing scrolls sideways, and what sticks leaves room for the rest. */
export async function expectReflow(page: Page): Promise<void> {
  const before = page.viewportSize();
  for (const size of NARROW) {
    await page.setViewportSize(size);
    const where = `${size.width} × ${size.height}: ${new URL(page.url()).pathname}`;
    await expect.poll(() => page.evaluate(lost), { message: where }).toEqual([]);
  }
  if (before) await page.setViewportSize(before);
}

/** Runs in the page: what cannot be read any more. */
function lost(): string[] {
  const found: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide`);
  const named = (element: Element) => `${element.localName}.${element.className} „${(element.textContent ?? "").trim().slice(0, 30)}“`;
  // In front of everything: only what is in it can be read.
  const top = document.querySelector("dialog:modal") ?? document.body;
  const stuck: [number, number][] = [];
  for (const element of top.querySelectorAll("*")) {
    if (!(element instanceof HTMLElement) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    // For ears only.
    if (box.width <= 1 || box.height <= 1 || style.clipPath !== "none") continue;
    const isLetters = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    // One line with an ellipsis is a preview of what can be opened.
    const isPreview = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
    const cuts = [style.overflowX, style.overflowY].some((overflow) => overflow === "hidden" || overflow === "clip");
    if (isLetters && cuts && !isPreview && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)) {
      found.push(`cut off: ${named(element)}`);
    }
    if (isLetters && style.position !== "fixed" && (box.right > root.clientWidth + 1 || box.left < -1)) {
      let scrolls: Element | null = element;
      while (scrolls && !["auto", "scroll"].includes(getComputedStyle(scrolls).overflowX)) scrolls = scrolls.parentElement;
      if (!scrolls) found.push(`beside the window: ${named(element)}`);
    }
    // What holds the page itself takes nothing from it.
    const sticks = ["fixed", "sticky"].includes(style.position) && box.width > innerWidth / 2 && !element.querySelector("main");
    if (sticks && top === document.body) stuck.push([Math.max(box.top, 0), Math.min(box.bottom, innerHeight)]);
  }
  // Together, where they lie over each other.
  let [taken, end] = [0, 0];
  for (const [from, to] of stuck.sort(([a], [b]) => a - b)) {
    taken += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  if (taken > innerHeight * 0.6) found.push(`${Math.round(taken)} of ${innerHeight} px are taken by what sticks`);
  return found;
}
