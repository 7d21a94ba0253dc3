// Comforts of every page: print buttons, and menus that close when one looks elsewhere. Pages work without it.
document.documentElement.classList.add("scripted");

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(document.getElementById(copier.dataset.copy), copier);
  const setter = event.target.closest("[data-set]");
  if (setter) choose(document.getElementById(setter.dataset.set), setter.dataset.value);
  for (const menu of document.querySelectorAll("details.drop[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A proposal that is taken: the field gets the value as if somebody had chosen it there.
function choose(field, value) {
  if (!field) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}

// Where the browser gives no clipboard (plain HTTP) the text is left chosen, ready for the keys.
async function copy(field, button) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.done;
  } catch {
    field.focus();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.drop[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
