// What the page gains from a script: keys, copying, and more of a document without leaving it.
// Text of documents is only ever set as text; nothing here parses HTML from a string.

const said = document.getElementById("said");

function say(words) {
  said.textContent = words;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (said.textContent = ""), 2500);
}

// One question is sent with Enter; a new line, for several, is Shift and Enter.
function sendOnEnter(box) {
  box.addEventListener("keydown", (event) => {
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key !== "Enter" || event.isComposing || !plain) return;
    event.preventDefault();
    box.form.requestSubmit();
  });
}

function showWork(form) {
  form.addEventListener("submit", () => {
    document.body.classList.add("busy");
    said.textContent = "Reading the documents…";
  });
  addEventListener("pageshow", () => {
    document.body.classList.remove("busy");
    said.textContent = "";
  });
}

async function copy(link) {
  const answer = await fetch(link.href);
  const text = await answer.text();
  if (!answer.ok) throw new Error(answer.statusText);
  await navigator.clipboard.writeText(text);
  say(`Copied as ${link.textContent.trim()}`);
}

// XMLHttpRequest gives a parsed document in which no script runs.
function page(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.onload = () => (request.status === 200 ? resolve(request.response) : reject());
    request.onerror = reject;
    request.send();
  });
}

async function more(link) {
  const side = link.dataset.more;
  const here = link.closest("[data-slices]");
  const there = (await page(link.href)).querySelector("[data-slices]");
  const slice = document.importNode(there.querySelector(".slice"), true);
  for (const twice of slice.querySelectorAll("[id]")) {
    if (document.getElementById(twice.id)) twice.removeAttribute("id");
  }
  const height = document.documentElement.scrollHeight;
  const slices = here.querySelectorAll(".slice");
  if (side === "before") slices[0].before(slice);
  else slices[slices.length - 1].after(slice);
  if (side === "before") scrollBy({ top: document.documentElement.scrollHeight - height, behavior: "instant" });
  const next = there.querySelector(`[data-more=${side}]`);
  if (next) {
    link.href = next.href;
    link.textContent = next.textContent;
  } else {
    slice.tabIndex = -1;
    slice.focus({ preventScroll: true });
    link.parentElement.remove();
  }
}

addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-copy], [data-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const deed = link.dataset.more ? more : copy;
  deed(link).catch(() => location.assign(link.href));
});

const box = document.getElementById("q");
if (box) {
  sendOnEnter(box);
  showWork(box.form);
}
const quote = document.getElementById("quote");
if (quote && !location.hash) quote.scrollIntoView({ block: "center" });
