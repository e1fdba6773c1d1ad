// A seeker and a counsellor talk: the whole way, through reloads, other devices and lost connections.
import { expect, test } from "../support/fixtures.ts";
import { SeekerPage } from "../pages/SeekerPage.ts";
import { HANNAH, MIRIAM, StaffPage } from "../pages/StaffPage.ts";

const numbers = Array.from({ length: 10 }, (_, at) => at + 1);

test("a long conversation opens at its end", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  const staff = new StaffPage(page);
  await staff.signIn(HANNAH);
  await staff.showMine();
  await staff.open("Stiller Bach");
  await expect(page.locator(".bubble").last()).toBeInViewport();
  await expect(page.locator(".bubble").first()).not.toBeInViewport();
});

test("enquiry, acceptance, ten messages each way, reload, another device", async ({ browser }) => {
  test.setTimeout(180_000);
  const pseudonym = `Wegrand ${Date.now() % 100_000}`;
  const newPage = async () => (await browser.newContext()).newPage();
  const seeker = new SeekerPage(await newPage());
  const staff = new StaffPage(await newPage());

  await staff.signInAnew(HANNAH);
  const access = await seeker.enquire({
    topic: "Suchtberatung",
    postcode: "79104",
    agency: "Beratungshaus Dreisam Freiburg",
    pseudonym,
    text: "Guten Abend, ich weiß nicht, wie ich anfangen soll.",
  });
  await seeker.toConversation();

  // It arrives by itself.
  await expect(staff.row(pseudonym)).toBeVisible();
  await staff.open(pseudonym);
  await expect(staff.page.getByText("Guten Abend, ich weiß nicht, wie ich anfangen soll.").last()).toBeVisible();
  await expect(staff.page.getByText("Jonas Reuter vertritt Sie.")).toBeVisible();
  await staff.accept(pseudonym);
  await expect(seeker.page.getByText("Hannah Brandt berät Sie").first()).toBeVisible();

  for (const number of numbers) {
    await staff.write(`Antwort ${number}`);
    await expect(seeker.message(`Antwort ${number}`)).toBeVisible();
    await seeker.write(`Frage ${number}`);
    await expect(staff.message(`Frage ${number}`)).toBeVisible();
  }
  const everything = async (person: SeekerPage | StaffPage) => {
    for (const number of numbers) {
      await expect(person.message(`Antwort ${number}`)).toHaveCount(1);
      await expect(person.message(`Frage ${number}`)).toHaveCount(1);
    }
  };
  await everything(staff);
  await everything(seeker);
  await staff.isSent("Antwort 10");

  // A reload asks for nothing.
  await staff.page.reload();
  await staff.isIn();
  await expect(staff.title).toHaveText(pseudonym);
  await everything(staff);

  // Another device, with nothing but name, password and code.
  await staff.signOut();
  await staff.page.context().close();
  await seeker.page.context().close();
  const staffElsewhere = new StaffPage(await newPage());
  await staffElsewhere.signInAnew(HANNAH);
  await staffElsewhere.showMine();
  await staffElsewhere.open(pseudonym);
  await everything(staffElsewhere);
  const seekerElsewhere = new SeekerPage(await newPage());
  await seekerElsewhere.signIn(access);
  await seekerElsewhere.open("Hannah Brandt");
  await everything(seekerElsewhere);
  await staffElsewhere.page.context().close();
  await seekerElsewhere.page.context().close();
});

test("a message written without a connection is kept, and sent once when it is back", async ({ browser, watch }) => {
  test.setTimeout(120_000);
  const newPage = async () => (await browser.newContext()).newPage();
  const seeker = new SeekerPage(await newPage());
  const staff = new StaffPage(await newPage());
  await staff.signIn(HANNAH);
  await staff.showMine();
  await staff.open("Stiller Bach");
  await seeker.signIn({ userName: "stiller-bach27", password: "vorfuehrung-birke-318" });
  await seeker.open("Hannah Brandt");

  watch.expectNetworkError(/\/(api|live)/, /ERR_INTERNET_DISCONNECTED|WebSocket connection to/);
  const text = `Ohne Netz geschrieben ${Date.now()}`;
  await staff.page.context().setOffline(true);
  await staff.write(text);
  await expect(staff.message(text)).toHaveAttribute("data-state", "sending");
  // Meanwhile the other side goes on.
  const meanwhile = `Indessen geschrieben ${Date.now()}`;
  await seeker.write(meanwhile);

  await staff.page.context().setOffline(false);
  await staff.isSent(text);
  await staff.isConnected();
  await expect(staff.message(meanwhile)).toHaveCount(1);
  await expect(seeker.message(text)).toHaveCount(1);
  await staff.page.reload();
  await expect(staff.message(text)).toHaveCount(1);
  await expect(staff.message(meanwhile)).toHaveCount(1);
  await staff.page.context().close();
  await seeker.page.context().close();
});

test("what was written is unread for the counsellor until it is looked at", async ({ browser }) => {
  test.setTimeout(120_000);
  const newPage = async () => (await browser.newContext()).newPage();
  const staff = new StaffPage(await newPage());
  await staff.signIn(MIRIAM);
  await staff.showMine();
  const seeker = new SeekerPage(await newPage());
  await seeker.signIn({ userName: "regenjacke-88", password: "vorfuehrung-nudel-771" });
  await seeker.open("Miriam Okafor");
  await seeker.write("Eine Frage noch");
  await expect(staff.row("Regenjacke").locator(".badge")).toHaveText(/[1-9]/);
  await expect(staff.page).toHaveTitle(/^\([1-9]/);
  await staff.open("Regenjacke");
  await expect(staff.message("Eine Frage noch")).toBeVisible();
  await expect(staff.row("Regenjacke").locator(".badge")).toHaveCount(0);
  await staff.page.context().close();
  await seeker.page.context().close();
});

test("a conversation that is left while its answer comes leaves nothing behind that fails", async ({ browser }) => {
  const context = await browser.newContext();
  // A phone that is busy: frames come late.
  await context.addInitScript(() => {
    const soon = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (then) => soon((time) => void setTimeout(then, 400, time));
  });
  const seeker = new SeekerPage(await context.newPage());
  await seeker.signIn({ userName: "stiller-bach27", password: "vorfuehrung-birke-318" });
  await seeker.open("Hannah Brandt");
  const sent = seeker.page.waitForResponse(/conversation\/send/);
  await seeker.composer.fill(`Schnell weg ${Date.now()}`);
  await seeker.composer.press("Control+Enter");
  await sent;
  await seeker.page.getByRole("button", { name: "Zurück" }).click();
  await expect(seeker.page.getByRole("heading", { name: "Ihre Beratungen" })).toBeVisible();
  // Longer than two late frames: what fails then is a complaint, and fails the test.
  await seeker.page.waitForTimeout(1_500);
  await context.close();
});
