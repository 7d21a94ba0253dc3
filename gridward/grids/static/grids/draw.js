// Drawing in a draft: tap units to choose them, or draw the line where two grids shall meet. The server decides.
import htmx from "htmx.org";

const METRES_PER_DEGREE = 111320;
const NEAR_PX = 3; // between two points of a drawn line
const MOST_ASKED = 40;
let line = null;

const drawing = document.getElementById("drawing");
const lots = () => document.getElementById("lots");

function inDrawing(event) {
  const point = new DOMPoint(event.clientX, event.clientY);
  return point.matrixTransform(lots().getScreenCTM().inverse());
}

function inDegrees({ x, y }) {
  const [lon, lat, metres] = lots().dataset.window.split(",").map(Number);
  const { width, height } = lots().viewBox.baseVal;
  const perPixel = metres / width / METRES_PER_DEGREE;
  const across = perPixel / Math.cos((lat * Math.PI) / 180);
  return [lon + (x - width / 2) * across, lat - (y - height / 2) * perPixel];
}

function tellChosen() {
  const units = [...lots().querySelectorAll("a")].filter((lot) => lot.querySelector(".on"));
  const why = new URLSearchParams(window.location.search);
  why.delete("unit");
  for (const lot of units.slice(0, MOST_ASKED)) why.append("unit", lot.dataset.unit);
  drawing.querySelector("[data-why]").href = `?${why}`;
  const form = drawing.querySelector("[data-move]");
  if (!form) return;
  form.elements.units.value = units.map((lot) => lot.dataset.unit).join(",");
  const words = form.querySelector("[data-chosen]");
  words.textContent = words.textContent.replace(/\d+/, units.length);
}

function isDrawing() {
  return drawing.querySelector("[data-draw]")?.getAttribute("aria-pressed") === "true";
}

drawing.addEventListener("click", (event) => {
  const button = event.target.closest("[data-draw]");
  if (button) {
    button.setAttribute("aria-pressed", String(!isDrawing()));
    lots().classList.toggle("drawing", isDrawing());
    lots().scrollIntoView({ block: "nearest" });
    return;
  }
  const fault = event.target.closest("[data-units]");
  const named = fault && new Set(fault.dataset.units.trim().split(" "));
  if (named) {
    for (const lot of lots().querySelectorAll("a")) {
      lot.querySelector("path").classList.toggle("on", named.has(lot.dataset.unit));
    }
    tellChosen();
    lots().scrollIntoView({ block: "nearest" });
    return;
  }
  const lot = event.target.closest("#lots a");
  if (!lot) return;
  event.preventDefault();
  if (isDrawing()) return;
  lot.querySelector("path").classList.toggle("on");
  tellChosen();
});

drawing.addEventListener("pointerdown", (event) => {
  if (!isDrawing() || !event.target.closest("#lots")) return;
  event.preventDefault();
  line = [inDrawing(event)];
  const path = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  path.classList.add("drawn");
  lots().append(path);
  lots().setPointerCapture(event.pointerId);
});

drawing.addEventListener("pointermove", (event) => {
  if (!line) return;
  const point = inDrawing(event);
  const last = line[line.length - 1];
  if (Math.hypot(point.x - last.x, point.y - last.y) < NEAR_PX) return;
  line.push(point);
  lots().querySelector(".drawn").setAttribute("points", line.map(({ x, y }) => `${x},${y}`).join(" "));
});

drawing.addEventListener("pointerup", () => {
  if (!line) return;
  const form = drawing.querySelector("[data-line]");
  form.elements.line.value = thinned(line).map((point) => inDegrees(point).map((n) => n.toFixed(7)).join(",")).join(",");
  line = null;
  htmx.trigger(form, "submit");
});

// At most as many points as the server takes.
function thinned(points) {
  const step = Math.ceil(points.length / 350);
  return points.filter((_, at) => at % step === 0 || at === points.length - 1);
}
