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
  document.getElementById("hint").textContent += " Shift+Enter begins a line.";
  // Browsers without `field-sizing` grow the box by its lines.
  box.addEventListener("input", () => (box.rows = Math.min(10, box.value.split("\n").length)));
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

// --- Selected words ----------------------------------------------------------------------------

// Where a place of the page stands in the document's text, in code points; null outside of it.
function offset(node, at) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const part = element.closest("[data-at], .text [data-from]");
  if (!part) return null;
  const before = document.createRange();
  before.selectNodeContents(part);
  before.setEnd(node, at);
  return Number(part.dataset.at ?? part.dataset.from) + [...before.toString()].length;
}

function showSelection(offered) {
  const selection = getSelection();
  if (!selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  const start = offset(range.startContainer, range.startOffset);
  const end = offset(range.endContainer, range.endOffset);
  // A click on what is offered may end the selection, and must still act on it.
  if (selection.isCollapsed || start === null || end === null || start >= end) return;
  for (const link of offered.querySelectorAll("a")) {
    const url = new URL(link.href);
    url.searchParams.set("start", start);
    url.searchParams.set("end", end);
    link.href = url;
  }
  offered.hidden = false;
}

const offered = document.getElementById("selection");
if (offered) document.addEventListener("selectionchange", () => showSelection(offered));

const box = document.getElementById("q");
if (box) {
  sendOnEnter(box);
  showWork(box.form);
}
const quote = document.getElementById("quote");
if (quote && !location.hash) quote.scrollIntoView({ block: "center" });

// --- Adding files -------------------------------------------------------------------------------

const drop = document.getElementById("drop");

function make(parent, name, text, attributes = {}) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

class Upload {
  constructor(files, replace) {
    this.files = files;
    this.replace = replace;
    this.card = make(document.getElementById("jobs"), "section", "", { class: "job" });
    this.title = make(this.card, "p", "", { role: "status" });
    this.bar = make(this.card, "progress", "", { "aria-label": "Progress" });
    this.stop = make(this.card, "button", "Cancel", { type: "button" });
    this.stop.addEventListener("click", () => this.cancel());
    this.tell(`Sending ${counted(files.length, "file")}`);
  }

  tell(words) {
    this.title.textContent = words;
  }

  send() {
    const body = new FormData();
    for (const [file, path] of this.files) body.append("files", file, path);
    this.request = new XMLHttpRequest();
    this.request.open("POST", `${drop.dataset.upload}?replace=${this.replace}`);
    this.request.responseType = "json";
    this.request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.bar.value = event.loaded / event.total;
    });
    this.request.addEventListener("load", () => this.accepted(this.request.response ?? {}));
    this.request.addEventListener("error", () => this.fail("The server cannot be reached."));
    this.request.send(body);
  }

  accepted(answer) {
    if (this.request.status !== 202) return this.fail(answer.detail ?? this.request.statusText);
    this.job = answer;
    this.bar.removeAttribute("value");
    this.events = new EventSource(`/v1/jobs/${answer.id}/events`);
    this.events.addEventListener("progress", (event) => this.progress(JSON.parse(event.data)));
    this.events.addEventListener("end", (event) => this.end(JSON.parse(event.data)));
    this.events.addEventListener("error", () => {
      if (this.events.readyState === EventSource.CLOSED) setTimeout(() => this.poll(), 1000);
    });
  }

  // Where the stream of events is refused (too many are open), the job is looked up instead.
  async poll() {
    const answer = await fetch(`/v1/jobs/${this.job.id}`).catch(() => null);
    const job = answer?.ok ? await answer.json() : null;
    if (job?.ended) return this.end(job);
    if (job) this.progress(job);
    setTimeout(() => this.poll(), 1000);
  }

  progress(job) {
    const { files, files_known: known, documents } = job.progress;
    if (job.state === "queued") return this.tell("Waiting for another write to end");
    if (known) this.bar.value = files / known;
    const of = known ? `${files} of ${counted(known, "file")}` : counted(files, "file");
    this.tell(`Reading: ${of}, ${counted(documents, "document")}`);
  }

  end(job) {
    this.finish();
    if (job.error) this.tell(job.error.detail);
    else if (job.state === "cancelled") this.tell("Cancelled; nothing was added.");
    else {
      const more = job.documents.length + job.more;
      this.tell(`${counted(more, "document")} added, ${counted(job.problems.length, "file")} skipped.`);
    }
    this.list(job);
    if (job.documents.length) listAnew().catch(() => {});
  }

  list(job) {
    const list = make(this.card, "ul");
    for (const each of job.documents) {
      const link = make(make(list, "li"), "a", each.title || each.name || each.id, { dir: "auto" });
      link.href = `/read/${encodeURIComponent(each.id)}`;
    }
    for (const each of job.problems) {
      make(list, "li", `Skipped ${each.name}: ${each.reason}`, { class: "skipped", dir: "auto" });
    }
  }

  cancel() {
    if (!this.job) this.request.abort();
    else return fetch(`/v1/jobs/${this.job.id}/cancel`, { method: "POST" });
    this.fail("Cancelled; nothing was sent.");
  }

  fail(words) {
    this.finish();
    this.tell(words);
    this.title.className = "skipped";
  }

  finish() {
    this.events?.close();
    this.bar.remove();
    this.stop.remove();
  }
}

// What was added stands in the list below, and is counted, without another visit.
async function listAnew() {
  const newer = await page(location.href);
  for (const id of ["total", "listed"]) {
    document.getElementById(id).replaceWith(document.importNode(newer.getElementById(id), true));
  }
}

async function filesUnder(entry, path) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [[file, path + entry.name]];
  }
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    for (const each of some) found.push(...(await filesUnder(each, `${path}${entry.name}/`)));
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => [file, file.name]);
  return (await Promise.all(entries.map((entry) => filesUnder(entry, "")))).flat();
}

function upload(files) {
  if (files.length) new Upload(files, document.getElementById("replace").checked).send();
}

if (drop) {
  drop.hidden = false;
  const picked = document.getElementById("files");
  picked.addEventListener("change", () => {
    upload([...picked.files].map((file) => [file, file.name]));
    picked.value = "";
  });
  drop.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  for (const name of ["dragleave", "drop"]) {
    addEventListener(name, () => document.body.classList.remove("dragging"));
  }
  addEventListener("drop", (event) => {
    event.preventDefault();
    dropped(event.dataTransfer).then(upload, () => say("These files cannot be read."));
  });
}
