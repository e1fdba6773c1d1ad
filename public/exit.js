// The quick exit, after GOV.UK's "Exit this page": a plain link that works without this file.
// With it: the page is blanked first, its tab storage emptied, and the history entry replaced, so that
// Back does not return. Pressing Shift three times does the same. Never Esc: that stops a page from loading.
(() => {
  "use strict";
  const link = document.getElementById("exit");
  if (!link) return;
  const WINDOW_MS = 5000;
  const words = link.dataset;
  const steps = document.createElement("div");
  steps.className = "exit-steps";
  steps.setAttribute("role", "status");
  document.body.append(steps);

  const leave = () => {
    document.documentElement.classList.add("gone");
    document.title = words.title;
    try {
      sessionStorage.clear();
    } catch {
      // Storage may be forbidden; leaving matters more.
    }
    location.replace(link.href);
  };

  let presses = 0;
  let timer = 0;
  let alone = false;
  const reset = (text) => {
    presses = 0;
    steps.textContent = text;
  };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  // Shift that writes a capital letter or holds a selection is not meant.
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && !event.repeat && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key !== "Shift" && presses > 0) {
      clearTimeout(timer);
      reset("");
    }
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses += 1;
    clearTimeout(timer);
    if (presses === 3) {
      steps.textContent = words.done;
      leave();
      return;
    }
    steps.textContent = presses === 1 ? words.one : words.two;
    timer = setTimeout(() => {
      reset(words.late);
      timer = setTimeout(() => reset(""), WINDOW_MS);
    }, WINDOW_MS);
  });
  // A page kept in memory must not come back as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted && document.documentElement.classList.contains("gone")) location.replace(link.href);
  });
})();
