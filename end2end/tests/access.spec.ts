// Small windows and large letters: a sample of every kind of screen. A long run looks at all of them at every width,
// wherever a test calls `expectAccessible`.
import type { Page } from "@playwright/test";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { StaffPage } from "../pages/StaffPage.ts";
import { expectAccessible, expectReflow } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const STEFAN = { userName: "stefan.kowalski", password: "vorfuehrung-regal-902", name: "Stefan Kowalski" };
const JULE = { userName: "september-33", password: "vorfuehrung-apfel-560" };

test.use({ viewport: { width: 360, height: 740 } });

async function look(page: Page): Promise<void> {
  await expectAccessible(page);
  await expectReflow(page);
}

/** Every control of a bar can be pressed where it stands: none lies under another one. */
async function expectPressable(page: Page, bar: string): Promise<void> {
  const covered = await page.locator(`${bar} :is(a, button, select)`).evaluateAll((controls) =>
    controls.flatMap((control) => {
      const { x, y, width, height } = control.getBoundingClientRect();
      if (width === 0) return [];
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      return hit !== null && control.contains(hit) ? [] : [control.textContent];
    }),
  );
  expect(covered).toEqual([]);
}

test("public pages on a phone and zoomed", async ({ page }) => {
  for (const path of ["/", "/leicht/themen/suchtberatung", "/en/notfall", "/datenschutz"]) {
    await page.goto(path);
    await look(page);
  }
});

test("a seeker's screens on a phone and zoomed", async ({ page }) => {
  test.setTimeout(120_000);
  const seeker = new SeekerPage(page);
  const heading = (name: string) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await page.goto("/app");
  await page.getByRole("button", { name: "Neue Anfrage" }).click();
  await expect(page.getByRole("button", { name: /^Suchtberatung/ })).toBeVisible();
  await look(page);
  await page.getByRole("button", { name: /^Suchtberatung/ }).click();
  await page.getByLabel("Postleitzahl").fill("79104");
  await page.getByRole("radio", { name: "Beratungshaus Dreisam Freiburg" }).check();
  await expect(page.getByText("Bis jemand Ihre Anfrage annimmt")).toBeVisible();
  await look(page);
  await page.getByRole("button", { name: "Weiter" }).click();
  await heading("Ihr Zugang");
  await look(page);
  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page);
  await page.getByRole("button", { name: "Sofort Hilfe" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await look(page);

  await page.goto("/notfall");
  await seeker.signIn(JULE);
  await look(page);
  await page.getByRole("button", { name: "Einstellungen" }).click();
  await heading("Einstellungen");
  await look(page);
  await page.getByRole("button", { name: "Zurück" }).click();
  await seeker.open("Katharina Vogt");
  await expect(page.locator(".bubble").first()).toBeVisible();
  await page.getByText("Wer kann das lesen?").click();
  await look(page);
});

test("the workplace on a phone and zoomed", async ({ page }) => {
  test.setTimeout(120_000);
  const staff = new StaffPage(page);
  await page.goto("/team");
  await page.getByRole("button", { name: "Anmelden" }).click();
  await look(page);
  await staff.tryToSignIn(STEFAN.userName, STEFAN.password);
  await expect(staff.question).toBeVisible();
  await look(page);
  await staff.showCode(STEFAN);
  await staff.isIn();
  await look(page);
  for (const width of [320, 360, 480, 768, 900, 1024, 1100, 1440]) {
    await page.setViewportSize({ width, height: 740 });
    await expectPressable(page, ".team-nav");
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await staff.open("Werkstatt");
  await page.getByText("Wer kann das gerade lesen?").click();
  await look(page);
  await page.goto("/team/mine");
  await page.locator(".case-link").first().click();
  await expect(page.locator(".bubble").first()).toBeVisible();
  await look(page);
  await page.goto("/team/archive");
  await staff.isIn();
  await look(page);
  await page.getByRole("link", { name: "Einstellungen" }).click();
  await expect(page.getByRole("switch").first()).toBeVisible();
  await look(page);
  await page.getByRole("link", { name: "Links und Codes" }).click();
  await expect(page.getByRole("img", { name: /^QR-Code/ }).first()).toBeVisible();
  await look(page);
});
