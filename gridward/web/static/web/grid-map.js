// <grid-map>: takes over the drawn map where it can. With WebGL 2 MapLibre shows the same layers in the same
// colours; without it the drawing itself is moved by hand (svg-map.js). Without script the drawing stands.
import { SvgMap } from "./svg-map.js";

function hasWebGL2() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: false }));
  } catch (error) {
    return false;
  }
}

class GridMap extends HTMLElement {
  connectedCallback() {
    if (this.started) return;
    this.started = true;
    this.content = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    this.joinTable();
    if (this.hasAttribute("data-still")) return;
    this.start().catch(() => this.fallBack());
  }

  async start() {
    if (!hasWebGL2()) throw new Error("no WebGL 2");
    const [library, live] = await Promise.all([import("maplibre-gl"), import("./live-map.js")]);
    this.live = live.takeOver(this, library, this.content);
  }

  fallBack() {
    if (this.live) return;
    this.removeAttribute("data-live");
    this.setAttribute("data-drawn", "");
    if (!this.dataset.field) this.drawn = new SvgMap(this);
  }

  // The row with data-feature="ID" and the feature with that id are chosen together.
  joinTable() {
    const rows = () => document.querySelectorAll("tr[data-feature], li[data-feature]");
    for (const row of rows()) {
      row.addEventListener("mouseenter", () => this.choose(row.dataset.feature));
      row.addEventListener("focusin", () => this.choose(row.dataset.feature));
    }
    this.addEventListener("gridmap:chosen", (event) => {
      for (const row of rows()) row.toggleAttribute("aria-selected", false);
      const row = [...rows()].find((one) => one.dataset.feature === event.detail);
      if (row) row.setAttribute("aria-selected", "true");
    });
  }

  choose(id) {
    for (const drawn of this.querySelectorAll("svg.map [data-feature]")) {
      drawn.classList.toggle("is-chosen", drawn.dataset.feature === id);
    }
    if (this.live) this.live.choose(id);
    this.dispatchEvent(new CustomEvent("gridmap:chosen", { detail: id, bubbles: true }));
  }
}

customElements.define("grid-map", GridMap);
