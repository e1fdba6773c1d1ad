// German, Leichte Sprache and English: every page, the whole way to a sent message, and changing on the way.
import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/axe.ts";
import { expect, test } from "../support/fixtures.ts";

const PAGES = ["/", "/themen", "/themen/suchtberatung", "/themen/u25", "/notfall", "/impressum", "/datenschutz", "/barrierefreiheit"];
const LANGUAGES = [
  { prefix: "/leicht", lang: "de-simple", word: "de-leicht", name: "Leichte Sprache" },
  { prefix: "/en", lang: "en", word: "en", name: "English" },
];

for (const { prefix, lang, word } of LANGUAGES) {
  for (const path of PAGES) {
    test(`${prefix}${path} is accessible, fits every width, weighs little and stays in its language`, async ({ page }) => {
      const bytes: Promise<number>[] = [];
      page.on("requestfinished", (request) => bytes.push(request.sizes().then((sizes) => sizes.responseBodySize)));
      await page.goto(`${prefix}${path}`, { waitUntil: "networkidle" });
      expect(bytes.length, "requests").toBeLessThanOrEqual(4);
      const weight = (await Promise.all(bytes)).reduce((sum, size) => sum + size, 0);
      expect(weight, "bytes over the wire").toBeLessThanOrEqual(25_000);
      await expect(page.locator("html")).toHaveAttribute("lang", lang);
      for (const width of [320, 360, 768, 1440]) {
        await page.setViewportSize({ width, height: 800 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(over, `wider than ${width} px`).toBeLessThanOrEqual(0);
      }
      const links = await page.locator("a:not(.languages a)").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
      for (const href of links.filter((link) => link.startsWith("/") && link !== "/quelltext")) {
        if (href.startsWith("/app")) expect(href).toContain(`lang=${word}`);
        else expect(href.startsWith(`${prefix}/`), href).toBe(true);
      }
      await expectAccessible(page);
    });
  }
}

test("from one language to the others and back, on the same page", async ({ page }) => {
  await page.goto("/themen/schuldnerberatung");
  await page.getByRole("link", { name: "English" }).click();
  await expect(page).toHaveURL(/\/en\/themen\/schuldnerberatung$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Debt counselling");
  await page.getByRole("link", { name: "Leichte Sprache" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hilfe bei Schulden");
  await page.getByRole("link", { name: "Deutsch" }).click();
  await expect(page).toHaveURL(/\/themen\/schuldnerberatung$/);
  await expect(page.locator('link[rel="alternate"][hreflang="en"]')).toHaveAttribute("href", /^http.*\/en\/themen\/schuldnerberatung$/);
});

test("what does not exist says so in the language of the address", async ({ page, watch }) => {
  watch.expectNetworkError(/gibt-es-nicht/, "404");
  for (const path of ["/en/gibt-es-nicht", "/en/themen/gibt-es-nicht"]) {
    const response = await page.goto(path);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page does not exist");
    await expect(page).toHaveTitle(/^Error:/);
  }
  await page.goto("/leicht/gibt-es-nicht");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Diese Seite gibt es nicht");
  await page.getByRole("link", { name: "Zur ersten Seite" }).click();
  await expect(page).toHaveURL(/\/leicht\/$/);
  await page.goto("/en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Write down what is going on.");
});

/** The files of texts that a page has asked for. */
function textsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const file = /texts\.([a-z-]+)\.[0-9a-f]+\.txt/.exec(request.url())?.[1];
    if (file) asked.push(file);
  });
  return asked;
}

const choice = (page: Page) => page.locator(".language select");

type Words = { topic: RegExp; postcode: string; next: string; name: string; agree: string; make: string; message: string; send: string; arrived: string };

const WORDS: Record<string, Words> = {
  en: {
    topic: /^Addiction counselling/,
    postcode: "Postcode",
    next: "Continue",
    name: "What may we call you?",
    agree: "I have read this and I agree.",
    make: "Create access",
    message: "Your message",
    send: "Send enquiry",
    arrived: "Your message has arrived.",
  },
  "de-leicht": {
    topic: /^Hilfe bei Sucht/,
    postcode: "Post-Leitzahl",
    next: "Weiter",
    name: "Wie sollen wir Sie nennen?",
    agree: "Ich habe das gelesen.",
    make: "Zugang machen",
    message: "Ihre Nachricht",
    send: "Anfrage senden",
    arrived: "Ihre Nachricht ist angekommen.",
  },
};

for (const { prefix, lang, word } of LANGUAGES) {
  test(`from ${prefix}/themen/suchtberatung to the sent message, all in one language`, async ({ page }) => {
    test.setTimeout(120_000);
    const words = WORDS[word] as Words;
    const asked = textsOf(page);
    await page.goto(`${prefix}/themen/suchtberatung`);
    await page.locator(".actions a").first().click();
    await expect(page).toHaveURL(/\/app$/);
    await expect(page.locator("html")).toHaveAttribute("lang", lang);
    await page.getByLabel(words.postcode).fill("79104");
    await page.getByRole("radio", { name: "Beratungshaus Dreisam Freiburg" }).check();
    await expectAccessible(page);
    await page.getByRole("button", { name: words.next }).click();
    await page.getByLabel(words.name).fill("Wegrand");
    await page.getByRole("checkbox", { name: words.agree }).check();
    await expectAccessible(page);
    await page.reload();
    await expect(page.getByLabel(words.name)).toBeVisible();
    await page.getByLabel(words.name).fill("Wegrand");
    await page.getByRole("checkbox", { name: words.agree }).check();
    await page.getByRole("button", { name: words.make }).click();
    await page.getByLabel(words.message).fill("Guten Tag.", { timeout: 30_000 });
    await expectAccessible(page);
    await page.getByRole("button", { name: words.send }).click();
    await expect(page.getByRole("heading", { name: words.arrived })).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page);
    expect([...new Set(asked)], "files of texts").toEqual([word]);
  });
}

test("changing the language in the middle keeps every word that was typed", async ({ page }) => {
  test.setTimeout(120_000);
  const asked = textsOf(page);
  await page.goto("/app#topic=suchtberatung");
  await page.getByLabel("Postleitzahl").fill("79104");
  await page.getByRole("radio", { name: "Beratungshaus Dreisam Freiburg" }).check();
  await page.getByRole("button", { name: "Weiter" }).click();
  await page.getByLabel("Wie dürfen wir Sie nennen?").fill("Wegrand");
  await page.getByRole("radio", { name: /Eigenes Passwort/ }).check();
  await page.getByRole("textbox", { name: "Passwort" }).fill("leise treppe im Haus");
  expect(asked).toEqual(["de-sie"]);
  await choice(page).focus();
  await choice(page).selectOption("en");
  await expect(page.getByLabel("What may we call you?")).toHaveValue("Wegrand");
  await expect(page.getByRole("textbox", { name: "Password", exact: true })).toHaveValue("leise treppe im Haus");
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(choice(page)).toBeFocused();
  expect(asked).toEqual(["de-sie", "en"]);
  await page.getByRole("checkbox", { name: "I agree" }).check();
  await page.getByRole("button", { name: "Create access" }).click();
  await page.getByLabel("Your message").fill("Ein erster Satz.", { timeout: 30_000 });
  await choice(page).selectOption("de-du");
  await expect(page.getByLabel("Deine Nachricht")).toHaveValue("Ein erster Satz.");
  await choice(page).selectOption("de-leicht");
  await expect(page.locator("h1:not(#first-screen *)")).toHaveText("Was wollen Sie schreiben?");
  await expect(page.getByLabel("Ihre Nachricht")).toHaveValue("Ein erster Satz.");
  // The help that stands ready speaks it too.
  await page.getByRole("button", { name: "Sofort Hilfe" }).click();
  await expect(page.getByRole("dialog", { name: "Sofort Hilfe" })).toContainText("Es kostet nichts.");
  await expect(page.getByRole("dialog").getByText("day and night").first()).toBeHidden();
});

test("who chose is not addressed otherwise by a topic, and the tab forgets it with the quick exit", async ({ page, watch }) => {
  await page.goto("/app");
  await choice(page).selectOption("en");
  await page.getByRole("button", { name: "New enquiry" }).click();
  await page.getByRole("button", { name: /U25/ }).click();
  await expect(page.getByText("For this topic you write directly to one of the locations.")).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem("beistand.language"))).toBe("en");
  await page.route("https://www.dwd.de/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>Wetter</title>" }));
  for (const _ of [1, 2, 3]) await page.locator("h1:not(#first-screen *)").press("Shift");
  await expect(page).toHaveTitle("Wetter");
  watch.take();
  await page.goBack();
  await expect(page.getByRole("button", { name: "Neue Anfrage" })).toBeVisible();
  expect(await page.evaluate(() => sessionStorage.getItem("beistand.language"))).toBeNull();
});

test.describe("before any script", () => {
  test.use({ javaScriptEnabled: false });

  test("the application says in every language what it needs", async ({ page }) => {
    await page.goto("/app");
    for (const title of ["Hier braucht es JavaScript", "Hier brauchen Sie JavaScript", "JavaScript is needed here"]) {
      await expect(page.getByRole("heading", { name: title })).toBeVisible();
    }
    await expect(page.getByRole("link", { name: "All emergency numbers" })).toHaveAttribute("href", "/en/notfall");
  });
});

test("staff read German or English", async ({ page }) => {
  await page.goto("/team");
  await expect(choice(page).getByRole("option")).toHaveText(["Deutsch (Sie)", "English"]);
  await choice(page).selectOption("en");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
