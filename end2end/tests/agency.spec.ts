// Links to an agency or a counsellor: made by staff, followed by people who seek advice.
import { HANNAH, StaffPage } from "../pages/StaffPage.ts";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

async function linkOf(staff: StaffPage, agency: string, title: string, topic?: string): Promise<string> {
  const { page } = staff;
  await page.getByRole("link", { name: "Links" }).click();
  const section = page.locator(".links-agency").filter({ hasText: agency });
  if (topic) await section.getByLabel("Thema").selectOption({ label: topic });
  const card = section.locator(".link-card").filter({ has: page.getByRole("heading", { name: title }) });
  await expect(card.getByRole("img", { name: `QR-Code: ${title}` })).toBeVisible();
  return (await card.locator(".link-text").textContent()) ?? "";
}

test("a counsellor's own link leads straight to that counsellor", async ({ page, browser }) => {
  test.setTimeout(150_000);
  const staff = new StaffPage(page);
  await staff.signIn(HANNAH);
  const link = await linkOf(staff, "Freiburg", "Zu Ihnen persönlich", "Suchtberatung");
  await expectAccessible(page);
  expect(link).toMatch(/\/app#agency=[0-9a-f]{32}&counsellor=[0-9a-f]{32}&topic=suchtberatung$/);

  const phone = await (await browser.newContext()).newPage();
  await phone.goto(link);
  await expect(phone.getByRole("heading", { level: 1, name: "Welche Beratungsstelle?" })).toBeVisible();
  await expect(phone.getByText("Ihr Link führt zu:")).toBeVisible();
  await expect(phone.locator(".choice-only")).toContainText("Hannah Brandt");
  expect(phone.url()).toMatch(/\/app$/);
  await phone.getByRole("button", { name: "Weiter" }).click();
  await phone.getByLabel("Wie dürfen wir Sie nennen?").fill("Uferweg");
  await phone.getByRole("checkbox", { name: "einverstanden" }).check();
  await phone.getByRole("button", { name: "Zugang anlegen" }).click();
  await expect(phone.getByText("Hannah Brandt, Beratungshaus")).toBeVisible({ timeout: 30_000 });
  await phone.getByLabel("Ihre Nachricht").fill("Sie haben mir Ihre Karte gegeben.");
  await phone.getByRole("button", { name: "Anfrage senden" }).click();
  await expect(phone.getByRole("heading", { name: "Ihre Nachricht ist angekommen." })).toBeVisible({ timeout: 30_000 });
  await phone.context().close();

  await staff.showWaiting();
  await expect(staff.row("Uferweg")).toContainText("Wunsch: Sie");
});

test("an agency's link without a topic offers only what it counsels on", async ({ page, browser }) => {
  const staff = new StaffPage(page);
  await staff.signIn(HANNAH);
  const link = await linkOf(staff, "Freiburg", "Zur Beratungsstelle");
  expect(link).toMatch(/\/app#agency=[0-9a-f]{32}$/);

  const phone = await (await browser.newContext()).newPage();
  await phone.goto(link);
  await expect(phone.getByRole("heading", { level: 1, name: "Worum geht es?" })).toBeVisible();
  await expect(phone.getByRole("button", { name: /^Suchtberatung/ })).toBeVisible();
  await expect(phone.getByRole("button", { name: /^Kurberatung/ })).toHaveCount(0);
  await phone.getByRole("button", { name: /^Suchtberatung/ }).click();
  await expect(phone.locator(".choice-only")).toContainText("Freiburg");
  await phone.getByRole("button", { name: "Andere Beratungsstelle wählen" }).click();
  await expect(phone.getByLabel("Postleitzahl")).toBeVisible();
  await phone.context().close();
});

test("what does not fit in a link is said, and the choice is free", async ({ page, watch }) => {
  const unknown = "0".repeat(32);
  watch.expectNetworkError(/\/api\/agency\//, "404");
  for (const [link, said] of [
    [`agency=${unknown}&topic=suchtberatung`, "Die Beratungsstelle aus Ihrem Link gibt es hier nicht mehr."],
    ["agency=quatsch", "Die Beratungsstelle aus Ihrem Link gibt es hier nicht mehr."],
    [`counsellor=${unknown}&topic=suchtberatung`, "Die Beratungsstelle aus Ihrem Link gibt es hier nicht mehr."],
    ["topic=gibt-es-nicht", "Das Thema aus Ihrem Link gibt es hier nicht."],
    ["group=7&topic=suchtberatung", "Ihr Link führt zu einem Gruppenchat."],
  ] as const) {
    for (const mark of ["#", "?"]) {
      await page.goto("/notfall");
      await page.goto(`/app${mark}${link}`);
      await expect(page.getByText(said), `${mark}${link}`).toBeVisible();
      expect(page.url()).toMatch(/\/app$/);
    }
  }
});

test("questions of a topic: voluntary ones are one tap away and reach the counsellor", async ({ page, browser }) => {
  test.setTimeout(150_000);
  await page.goto("/app#topic=suchtberatung&postcode=79104&ref=flyer7");
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("79104");
  await page.getByText("Freiwillige Angaben").click();
  await page.getByLabel("Für wen schreiben Sie?").selectOption("Angehörige oder Angehöriger");
  await page.getByRole("checkbox", { name: "Alkohol" }).check();
  await page.getByLabel("Wie alt sind Sie?").selectOption("41 bis 59");
  await expectAccessible(page);
  await page.waitForTimeout(1_000);
  await page.reload();
  await expect(page.getByLabel("Für wen schreiben Sie?")).toHaveValue("angehoerig");
  await expect(page.getByRole("checkbox", { name: "Alkohol" })).toBeChecked();
  await page.getByRole("radio", { name: /Beratungshaus Dreisam Freiburg/ }).check();
  await page.getByRole("button", { name: "Weiter" }).click();
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Zwetschge");
  await page.getByRole("checkbox", { name: "einverstanden" }).check();
  await page.getByRole("button", { name: "Zugang anlegen" }).click();
  await page.getByLabel("Ihre Nachricht").fill("Es geht um meinen Mann.", { timeout: 30_000 });
  await page.getByRole("button", { name: "Anfrage senden" }).click();
  await expect(page.getByRole("heading", { name: "Ihre Nachricht ist angekommen." })).toBeVisible({ timeout: 30_000 });

  const staff = new StaffPage(await (await browser.newContext()).newPage());
  await staff.signIn(HANNAH);
  await staff.showWaiting();
  await staff.open("Zwetschge");
  const fields = staff.page.locator(".fields");
  for (const answer of ["Angehörige oder Angehöriger", "Alkohol", "41 bis 59", "79104"]) await expect(fields).toContainText(answer);
  await staff.page.context().close();
});

test("U25 asks age and federal state before one goes on", async ({ page, browser }) => {
  const staff = new StaffPage(await (await browser.newContext()).newPage());
  await staff.signIn({ userName: "leo.falk", password: "vorfuehrung-segel-274", name: "Leo Falk" });
  const link = await linkOf(staff, "[U25] Rostock", "Zur Beratungsstelle");
  await staff.page.context().close();

  await page.goto(link);
  await expect(page.locator(".choice-only")).toContainText("[U25] Rostock");
  await page.getByRole("button", { name: "Weiter" }).click();
  await expect(page.getByRole("alert")).toContainText("Bitte wähl dein Alter.");
  await expect(page.getByRole("alert")).toContainText("Bitte wähl dein Bundesland.");
  await expectAccessible(page);
  await page.getByLabel("Wie alt bist du?").selectOption("17");
  await page.getByLabel("In welchem Bundesland lebst du?").selectOption("Mecklenburg-Vorpommern");
  await page.getByRole("button", { name: "Weiter" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Dein Zugang" })).toBeVisible();
});
