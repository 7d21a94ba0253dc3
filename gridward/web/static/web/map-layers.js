// How each kind of layer looks in MapLibre: the same order, colours and lines as the drawn map.
const CHOSEN = ["boolean", ["get", "chosen"], false];
const FONT = { "text-font": ["sans-serif"], "text-size": 12 };

function fill(colour, opacity = 1) {
  return { type: "fill", paint: { "fill-color": colour, "fill-opacity": opacity } };
}

function line(colour, width, dash) {
  const paint = { "line-color": colour, "line-width": width };
  if (dash) paint["line-dasharray"] = dash;
  return { type: "line", layout: { "line-join": "round" }, paint };
}

// Roads keep their look at every scale: widths grow with the zoom.
function road(colour, width) {
  return line(colour, ["interpolate", ["exponential", 1.6], ["zoom"], 11, width * 0.5, 14, width, 18, width * 5]);
}

function names(token, size, colour = "map-label", along = false) {
  return {
    type: "symbol",
    layout: {
      ...FONT,
      "text-size": size,
      "text-field": ["coalesce", ["get", "name"], ""],
      "symbol-placement": along ? "line" : "point",
    },
    paint: { "text-color": token(colour), "text-halo-color": token("map-halo"), "text-halo-width": 1.5 },
  };
}

function grid(colour, width, opacity, dash) {
  const chosen = ["case", CHOSEN, 0.2, opacity];
  const wide = ["case", CHOSEN, width * 2, width];
  return [{ type: "fill", paint: { "fill-color": colour, "fill-opacity": chosen } }, line(colour, wide, dash)];
}

export const CASE_LAYERS = (token) => [
  {
    type: "symbol",
    filter: ["!", ["has", "point_count"]],
    layout: {
      "icon-image": ["concat", ["coalesce", ["get", "family"], "city_management"], "-", ["coalesce", ["get", "light"], "on_time"]],
      "icon-allow-overlap": true,
    },
  },
  discs(token, ["get", "point_count"], ["get", "late"], ["has", "point_count"]),
  {
    type: "circle",
    filter: ["all", ["!", ["has", "point_count"]], CHOSEN],
    paint: { "circle-radius": 14, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("gw-ink"), "circle-stroke-width": 2 },
  },
];

function discs(token, count, late, filter) {
  const part = ["to-string", ["ceil", ["*", 12, ["/", ["coalesce", late, 0], count]]]];
  return {
    type: "symbol",
    filter,
    layout: {
      ...FONT,
      "icon-image": ["concat", "disc-", part],
      "icon-allow-overlap": true,
      "text-field": ["to-string", count],
      "text-size": 11,
      "text-allow-overlap": true,
    },
    paint: { "text-color": token("map-case-ink") },
  };
}

// A name over its disc.
function above(look) {
  return { ...look, layout: { ...look.layout, "text-offset": [0, -1.9], "text-allow-overlap": true } };
}

// How much of the blue the five shades of counts have; the same in gridward.css.
const SHADES = [0.1, 0.24, 0.4, 0.58, 0.78];

export function looks(kind, token) {
  const colour = (name) => token(`map-${name}`);
  const table = {
    land: () => [fill(colour("ground"))],
    block: () => [fill(colour("block")), line(colour("street-case"), 0.8)],
    park: () => [fill(colour("park")), names(token, 11)],
    building: () => [
      { ...fill(colour("building")), minzoom: 13 },
      { ...line(colour("building-edge"), 0.6), minzoom: 14 },
    ],
    water: () => [fill(colour("water")), line(colour("shore"), 0.8), names(token, 13, "map-water-ink")],
    rail: () => [line(colour("rail"), 2.2), line(colour("ground"), 1.2, [4, 4])],
    express: () => [road(colour("express-case"), 6.4), road(colour("express"), 4.8), names(token, 11, "gw-ink-2", true)],
    arterial: () => [road(colour("arterial-case"), 4.2), road(colour("arterial"), 2.8), names(token, 11, "gw-ink-2", true)],
    street: () => [road(colour("street-case"), 2.4), road(colour("arterial"), 1.4)],
    grid_community: () => [...grid(colour("grid-community"), 1.8, 0.03), { ...names(token, 12), minzoom: 13.5 }],
    grid_road: () => [...grid(colour("grid-road"), 1.6, 0.16, [4, 2]), { ...names(token, 12), minzoom: 13.5 }],
    grid_premises: () => [
      { type: "fill", paint: { "fill-pattern": "hatch" } },
      ...grid(colour("grid-premises"), 2, 0, [0.75, 1.25]),
      { ...names(token, 12), minzoom: 13.5 },
    ],
    ...Object.fromEntries(
      SHADES.map((part, n) => [`shade_${n + 1}`, () => [fill(token("gw-blue"), part), line(colour("grid-community"), 0.8)]]),
    ),
    changed: () => [fill(token("gw-blue"), 0.34), line(token("gw-blue"), 1.4)],
    community: () => [line(colour("community"), 0.9, [3, 3]), { ...names(token, 12), minzoom: 12.6 }],
    subdistrict: () => [line(colour("subdistrict"), 1.8), names(token, 14)],
    outline: () => [line(colour("subdistrict"), 2.4, [5, 1.6, 0.8, 1.6])],
    area_count: () => [discs(token, ["get", "count"], ["get", "late"], ["has", "count"]), above(names(token, 14))],
    case: () => CASE_LAYERS(token),
    door: () => [{ type: "circle", minzoom: 15, paint: { "circle-radius": 2.5, "circle-color": token("gw-ink") } }],
    component: () => [{ type: "circle", paint: { "circle-radius": 5, "circle-color": token("gw-green"), "circle-stroke-color": token("map-halo"), "circle-stroke-width": 1.5 } }],
    place: () => [{ type: "symbol", layout: { "icon-image": "pin", "icon-anchor": "bottom", "icon-allow-overlap": true } }],
  };
  return table[kind]();
}

export function source(kind, data) {
  const plain = { type: "geojson", data, attribution: "" };
  if (kind !== "case") return plain;
  const late = ["+", ["case", ["==", ["get", "light"], "late"], 1, 0]];
  return { ...plain, cluster: true, clusterRadius: 36, clusterMaxZoom: 16, clusterProperties: { late } };
}
