const cards = [...document.querySelectorAll("#cards > details")];
const words = document.querySelector("#words");
const run = document.querySelector("#run");
const stage = document.querySelector("#stage");

for (const name of [...new Set(cards.map((card) => card.dataset.stage))].filter(Boolean).sort()) {
  const count = cards.filter((card) => card.dataset.stage === name).length;
  stage.add(new Option(`lost at ${name} (${count})`, name));
}
stage.hidden = stage.options.length < 2;
run.hidden = run.options.length < 3;

function show() {
  const wanted = words.value.toLowerCase();
  let shown = 0;
  for (const card of cards) {
    const kept = (!run.value || card.dataset.run === run.value)
      && (!stage.value || card.dataset.stage === stage.value)
      && card.textContent.toLowerCase().includes(wanted);
    card.hidden = !kept;
    shown += kept;
  }
  document.querySelector("#shown").textContent = `${shown} shown`;
}

for (const control of [words, run, stage]) control.addEventListener("input", show);
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
show();
