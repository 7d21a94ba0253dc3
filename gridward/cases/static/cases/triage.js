// Letters as keys on the page where cases come one after another. Without this, Tab, Space and Enter do the same.
const KEPT = "gridward-triage-keys";
const root = document.documentElement;
const LONG = 12; // in a longer list one types to find; in a short one the letters are still keys
const isText = (one) => one.matches("textarea, input:not([type=checkbox]):not([type=radio])");
const writes = (one) => isText(one) || (one.matches("select") && one.options.length > LONG);
const isOn = () => localStorage.getItem(KEPT) !== "off";

function act(one) {
  one.focus();
  if (!one.matches("select, textarea")) one.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const here = event.target;
  if (event.key === "Escape" && writes(here)) here.blur();
  if (!isOn() || writes(here)) return;
  if (event.key === "Enter" && here.matches("a, button, summary")) return; // what has the focus is what is meant
  const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const one = document.querySelector(`[data-key="${CSS.escape(wanted)}"]`);
  if (!one) return;
  event.preventDefault();
  act(one);
});

// The conditions of another category come by themselves; the button stands for those without script.
const review = document.querySelector("[data-review]");
document.querySelector("form.triage [name=category]")?.addEventListener("change", () => review?.click());
if (review) review.hidden = true;

const toggle = document.querySelector("[data-keys-on]");
function shown() {
  root.classList.toggle("keys-off", !isOn());
  if (toggle) toggle.checked = isOn();
}
toggle?.addEventListener("change", () => {
  localStorage.setItem(KEPT, toggle.checked ? "on" : "off");
  shown();
});
shown();

// A page that is sent twice by a key held down would only come back with “already done”: one press, one step.
document.querySelector("form.triage")?.addEventListener("submit", (event) => {
  if (event.currentTarget.dataset.sent) event.preventDefault();
  event.currentTarget.dataset.sent = "1";
});
window.addEventListener("pageshow", () => delete document.querySelector("form.triage")?.dataset.sent);
