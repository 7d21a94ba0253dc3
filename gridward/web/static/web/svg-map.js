// The drawn map moved by hand: drag, wheel and the buttons below it. Each stop asks the server for a new drawing.
const STILL_MS = 350;

export class SvgMap {
  constructor(element) {
    this.element = element;
    this.whole = element.dataset.size.split(",").map(Number);
    this.reset();
    element.addEventListener("click", (event) => this.follow(event));
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("pointerdown", (event) => this.grip(event));
    element.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, () => this.letGo());
  }

  get drawing() {
    return this.element.querySelector("svg.map");
  }

  reset() {
    this.view = { x: 0, y: 0, width: this.whole[0], height: this.whole[1] };
  }

  show() {
    const { x, y, width, height } = this.view;
    this.drawing.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.redraw(this.windowText()), STILL_MS);
  }

  // The window of degrees that the moved viewBox shows.
  windowText() {
    const [lon, lat, metres] = this.element.dataset.window.split(",").map(Number);
    const { x, y, width, height } = this.view;
    const perPixel = metres / this.whole[0] / 111320;
    const right = (x + width / 2 - this.whole[0] / 2) * (perPixel / Math.cos((lat * Math.PI) / 180));
    const down = (y + height / 2 - this.whole[1] / 2) * perPixel;
    const wide = (metres * width) / this.whole[0];
    return `${(lon + right).toFixed(6)},${(lat - down).toFixed(6)},${Math.round(Math.max(60, wide))}`;
  }

  address(text) {
    const url = new URL(window.location.href);
    url.searchParams.set(this.element.dataset.name, text);
    url.hash = "";
    return url;
  }

  async redraw(text) {
    const url = this.address(text);
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(this.element.id);
    if (!fresh) return;
    this.drawing.replaceWith(document.importNode(fresh.querySelector("svg.map"), true));
    const tools = fresh.querySelector(".map-tools");
    if (tools) this.element.querySelector(".map-tools").replaceWith(document.importNode(tools, true));
    this.element.dataset.window = fresh.dataset.window;
    this.reset();
    window.history.replaceState(null, "", url);
  }

  follow(event) {
    if (this.moved) {
      this.moved = false;
      event.preventDefault();
      return;
    }
    const link = event.target.closest(".map-tools a");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const to = link.dataset.to;
    this.redraw(new URL(link.href).searchParams.get(this.element.dataset.name)).then(() => {
      const same = this.element.querySelector(`.map-tools a[data-to="${to}"]`);
      if (same) same.focus();
    });
  }

  wheel(event) {
    if (!event.target.closest("svg.map") || !(event.ctrlKey || this.element.contains(document.activeElement))) return;
    event.preventDefault();
    const zoom = event.deltaY > 0 ? 1.25 : 0.8;
    const { x, y, width, height } = this.view;
    this.view = {
      x: x + (width * (1 - zoom)) / 2,
      y: y + (height * (1 - zoom)) / 2,
      width: width * zoom,
      height: height * zoom,
    };
    this.show();
  }

  grip(event) {
    if (event.button || !event.target.closest("svg.map") || event.pointerType === "touch") return;
    this.from = { x: event.clientX, y: event.clientY };
  }

  drag(event) {
    if (!this.from) return;
    const scale = this.view.width / this.drawing.getBoundingClientRect().width;
    const right = event.clientX - this.from.x;
    const down = event.clientY - this.from.y;
    if (!this.moved && Math.abs(right) + Math.abs(down) < 5) return;
    this.moved = true;
    this.view = { ...this.view, x: this.view.x - right * scale, y: this.view.y - down * scale };
    this.from = { x: event.clientX, y: event.clientY };
    this.show();
  }

  letGo() {
    this.from = null;
    setTimeout(() => (this.moved = false));
  }
}
