// The map in MapLibre: made from the element's layers, moved by hand, keys or the buttons below it.
import { addSigns, tokens } from "./map-signs.js";
import { looks, source } from "./map-layers.js";

const EARTH_M = 40075016.686;
const EMPTY = { type: "FeatureCollection", features: [] };
const SIGNS = ["case", "area_count", "place", "door", "component"];
const SHADES = ["shade_1", "shade_2", "shade_3", "shade_4", "shade_5"];
const LINKED = [...SHADES, "grid_community", "grid_road", "grid_premises", "case", "component", "area_count", "subdistrict", "community"];

function zoomFor(lat, widthM, pixels) {
  return Math.log2((EARTH_M * Math.cos((lat * Math.PI) / 180) * pixels) / (512 * widthM));
}

function widthAt(lat, zoom, pixels) {
  return (EARTH_M * Math.cos((lat * Math.PI) / 180) * pixels) / (512 * 2 ** zoom);
}

async function read(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

export function takeOver(element, library, content) {
  return new LiveMap(element, library, content);
}

class LiveMap {
  constructor(element, library, content) {
    this.element = element;
    this.content = content;
    this.token = tokens();
    this.field = element.dataset.field ? element.querySelector(`input[name="${element.dataset.field}"]`) : null;
    this.holder = this.makeHolder();
    const [lon, lat, width] = element.dataset.window.split(",").map(Number);
    this.map = new library.Map({
      container: this.holder,
      style: this.style(),
      center: [lon, lat],
      zoom: zoomFor(lat, width, this.holder.clientWidth),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: !this.field,
      locale: content.words,
      localIdeographFontFamily: this.token("gw-font"),
      maxPitch: 0,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new library.ScaleControl({ unit: "metric" }), "bottom-left");
    this.map.getCanvas().setAttribute("aria-label", this.title());
    this.map.on("load", () => this.ready());
    this.map.on("moveend", () => this.settle());
    element.addEventListener("click", (event) => this.press(event));
  }

  title() {
    const drawing = this.element.querySelector("svg.map");
    return drawing ? drawing.getAttribute("aria-label") : this.content.words.place;
  }

  makeHolder() {
    const [width, height] = this.element.dataset.size.split(",").map(Number);
    const holder = document.createElement("div");
    holder.className = "map-live";
    this.element.setAttribute("data-live", "");
    this.element.insertBefore(holder, this.element.firstChild);
    holder.style.height = `${Math.round((holder.clientWidth * height) / width)}px`;
    return holder;
  }

  style() {
    const paper = { id: "paper", type: "background", paint: { "background-color": this.token("map-beyond") } };
    const style = { version: 8, sources: {}, layers: [paper] };
    if (this.content.tiles) {
      const tiles = [new URL(this.content.tiles, window.location.href).href.replace(/%7B/g, "{").replace(/%7D/g, "}")];
      style.sources.base = { type: "raster", tiles, tileSize: 256 };
      style.layers.push({ id: "base", type: "raster", source: "base" });
    }
    return style;
  }

  ready() {
    addSigns(this.map, this.token);
    const drawn = [];
    this.content.layers.forEach((layer, index) => {
      this.map.addSource(`s${index}`, source(layer.kind, layer.data || EMPTY));
      looks(layer.kind, this.token).forEach((look, part) => drawn.push([layer, index, part, look]));
    });
    // Names above all areas, signs above the names.
    const height = ([layer, , , look]) => (SIGNS.includes(layer.kind) ? 2 : Number(look.type === "symbol"));
    drawn.sort((one, other) => height(one) - height(other) || one[1] - other[1] || one[2] - other[2]);
    for (const [layer, index, part, look] of drawn) {
      const id = `${layer.kind}-${index}-${part}`;
      this.map.addLayer({ ...look, id, source: `s${index}` });
      if (layer.kind === "subdistrict" && look.type === "symbol") this.map.setFilter(id, this.notNamedByDiscs());
      if (LINKED.includes(layer.kind) && look.type !== "line") this.link(id);
    }
    if (this.field) this.preparePlacing();
    this.load(true);
    this.element.dispatchEvent(new CustomEvent("gridmap:ready", { bubbles: true }));
  }

  // A disc carries the name of its area: the area need not say it again.
  notNamedByDiscs() {
    const discs = this.content.layers.filter((layer) => layer.kind === "area_count" && layer.data);
    const names = discs.flatMap((layer) => layer.data.features.map((feature) => feature.properties.name || ""));
    return ["!", ["in", ["coalesce", ["get", "name"], ""], ["literal", names]]];
  }

  async load(first) {
    const bounds = this.map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    await Promise.all([
      this.loadGround(box),
      ...this.content.layers.map(async (layer, index) => {
        if (!layer.url || !(first || layer.url.includes("{box}"))) return;
        const data = await read(layer.url.replace("{box}", box.map((n) => n.toFixed(5)).join(",")));
        if (data) this.map.getSource(`s${index}`).setData(data);
      }),
    ]);
  }

  // The ground comes in whole squares of the scale's size, so that its addresses come again and stay in the cache.
  async loadGround(box) {
    if (!this.content.ground) return;
    const { url, levels } = this.content.ground;
    const scale = widthAt(this.map.getCenter().lat, this.map.getZoom(), 1);
    const level = levels.reduce((best, [finest], at) => (scale <= finest ? at : best), 0);
    const side = levels[level][1];
    const squares = box.map((edge, at) => ((at < 2 ? Math.floor(edge / side) : Math.ceil(edge / side)) * side).toFixed(4));
    const wanted = url.replace("{level}", level).replace("{box}", squares.join(","));
    if (wanted === this.ground) return;
    this.ground = wanted;
    const data = await read(wanted);
    if (!data || wanted !== this.ground) return;
    this.content.layers.forEach((layer, index) => {
      if (layer.ground) this.map.getSource(`s${index}`).setData(data[layer.kind] || EMPTY);
    });
  }

  settle() {
    const { lng, lat } = this.map.getCenter();
    const width = widthAt(lat, this.map.getZoom(), this.holder.clientWidth);
    const text = `${lng.toFixed(6)},${lat.toFixed(6)},${Math.round(Math.min(400000, Math.max(60, width)))}`;
    this.element.dataset.window = text;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.load(false), 250);
    if (this.field) {
      this.element.querySelector(`input[name="${this.element.dataset.field}_seen"]`).value = text;
    } else if (this.settled) {
      const url = new URL(window.location.href);
      url.searchParams.set(this.element.dataset.name, text);
      window.history.replaceState(window.history.state, "", url);
    }
    this.settled = true;
  }

  link(id) {
    this.map.on("click", id, (event) => {
      if (this.field) return;
      const feature = event.features[0];
      if (feature.properties.point_count) this.open(feature);
      else if (feature.properties.url && !event.originalEvent.gridwardTaken) {
        event.originalEvent.gridwardTaken = true;
        window.location.assign(feature.properties.url);
      }
    });
    this.map.on("mousemove", id, (event) => {
      this.map.getCanvas().style.cursor = "pointer";
      this.element.choose(event.features[0].properties.id);
    });
    this.map.on("mouseleave", id, () => (this.map.getCanvas().style.cursor = ""));
  }

  async open(cluster) {
    const zoom = await this.map.getSource(cluster.source).getClusterExpansionZoom(cluster.properties.cluster_id);
    this.map.easeTo({ center: cluster.geometry.coordinates, zoom });
  }

  choose(id) {
    if (!this.map.isStyleLoaded() || this.chosen === id) return;
    this.chosen = id;
    this.content.layers.forEach((layer, index) => {
      const name = `chosen-${index}`;
      if (!LINKED.includes(layer.kind)) return;
      if (!this.map.getLayer(name)) this.map.addLayer(this.halo(layer, index, name));
      this.map.setFilter(name, ["==", ["get", "id"], id || ""]);
    });
  }

  halo(layer, index, id) {
    const colour = this.token("gw-ink");
    if (layer.kind === "case") {
      const paint = { "circle-radius": 14, "circle-opacity": 0, "circle-stroke-color": colour, "circle-stroke-width": 2 };
      return { id, source: `s${index}`, type: "circle", paint, filter: ["==", ["get", "id"], ""] };
    }
    return { id, source: `s${index}`, type: "line", paint: { "line-color": colour, "line-width": 3.5 }, filter: ["==", ["get", "id"], ""] };
  }

  // The buttons below the map, and "use my position".
  press(event) {
    const tool = event.target.closest(".map-tools a, .map-tools button");
    if (!tool || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const half = this.holder.clientWidth * 0.4;
    const steps = { left: [-half, 0], right: [half, 0], up: [0, -half], down: [0, half] };
    const to = tool.dataset.to;
    if (to === "plus") this.map.zoomIn();
    else if (to === "minus") this.map.zoomOut();
    else if (to === "here") this.useMyPosition();
    else if (steps[to]) this.map.panBy(steps[to]);
    else this.showWhole();
  }

  showWhole() {
    const [lon, lat, width] = this.element.dataset.whole.split(",").map(Number);
    this.map.easeTo({ center: [lon, lat], zoom: zoomFor(lat, width, this.holder.clientWidth) });
  }

  preparePlacing() {
    this.map.addSource("place", { type: "geojson", data: EMPTY });
    looks("place", this.token).forEach((look) => this.map.addLayer({ ...look, id: "place", source: "place" }));
    const [lon, lat] = this.field.value.split(",").map(Number);
    if (this.field.value) this.put(lon, lat);
    this.map.getCanvas().style.cursor = "crosshair";
    this.map.on("click", (event) => this.put(event.lngLat.lng, event.lngLat.lat));
    this.map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const { lng, lat: middle } = this.map.getCenter();
      this.put(lng, middle);
    });
  }

  put(lon, lat) {
    const geometry = { type: "Point", coordinates: [lon, lat] };
    this.map.getSource("place").setData({ type: "Feature", geometry, properties: {} });
    this.field.value = `${lon.toFixed(6)},${lat.toFixed(6)}`;
    this.element.dispatchEvent(new CustomEvent("gridmap:placed", { detail: [lon, lat], bubbles: true }));
    const said = this.element.querySelector(".map-foot span");
    if (said) said.textContent = this.content.words.placed;
  }

  useMyPosition() {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.map.easeTo({ center: [coords.longitude, coords.latitude], zoom: 17 });
        this.put(coords.longitude, coords.latitude);
      },
      () => {
        this.element.querySelector(".map-foot span").textContent = this.content.words.nowhere;
      },
      { enableHighAccuracy: true, timeout: 10000 },
    );
  }
}
