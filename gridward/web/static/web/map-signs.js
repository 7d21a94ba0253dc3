// Signs drawn on canvases: cases by family and status, discs with a late arc, the hatch of premises, the pin.
const RATIO = 2;

export function tokens() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

function canvas(width, height) {
  const sheet = document.createElement("canvas");
  sheet.width = width * RATIO;
  sheet.height = height * RATIO;
  const pen = sheet.getContext("2d");
  pen.scale(RATIO, RATIO);
  return [pen, () => pen.getImageData(0, 0, sheet.width, sheet.height)];
}

const SHAPES = {
  city_management: (pen) => pen.rect(-6.5, -6.5, 13, 13),
  help: (pen) => pen.arc(0, 0, 7.2, 0, 2 * Math.PI),
  dispute: (pen) => polygon(pen, [0, -9, 9, 0, 0, 9, -9, 0]),
  voice: (pen) => polygon(pen, [0, -9, 9, 7.5, -9, 7.5]),
};

const LIGHTS = { on_time: "gw-ontime", due_soon: "gw-soon", late: "gw-late", suspended: "gw-suspended", closed: "gw-closed" };

function polygon(pen, points) {
  pen.moveTo(points[0], points[1]);
  for (let at = 2; at < points.length; at += 2) pen.lineTo(points[at], points[at + 1]);
  pen.closePath();
}

function mark(pen, light, colour) {
  pen.fillStyle = colour;
  pen.beginPath();
  if (light === "late") {
    pen.rect(-1.1, -4.5, 2.2, 5.5);
    pen.rect(-1.1, 2.2, 2.2, 2.2);
  } else if (light === "due_soon") pen.arc(0, 0, 2.2, 0, 2 * Math.PI);
  else if (light === "suspended") {
    pen.rect(-3, -3.5, 2, 7);
    pen.rect(1, -3.5, 2, 7);
  }
  pen.fill();
}

function caseSign(family, light, token) {
  const [pen, picture] = canvas(24, 24);
  pen.translate(12, 12);
  pen.beginPath();
  SHAPES[family](pen);
  pen.fillStyle = token(LIGHTS[light]);
  pen.fill();
  pen.strokeStyle = token("map-halo");
  pen.lineWidth = 1.5;
  pen.stroke();
  mark(pen, light, token("map-case-ink"));
  return picture();
}

function disc(late, token) {
  const [pen, picture] = canvas(36, 36);
  pen.translate(18, 18);
  pen.beginPath();
  pen.arc(0, 0, 12.5, 0, 2 * Math.PI);
  pen.fillStyle = token("gw-ink");
  pen.fill();
  pen.lineWidth = 1.5;
  pen.strokeStyle = token("map-halo");
  pen.stroke();
  if (late) {
    pen.beginPath();
    pen.arc(0, 0, 15.5, -Math.PI / 2, -Math.PI / 2 + (2 * Math.PI * late) / 12);
    pen.lineWidth = 3;
    pen.strokeStyle = token("gw-late");
    pen.stroke();
  }
  return picture();
}

function hatch(colour) {
  const [pen, picture] = canvas(8, 8);
  pen.strokeStyle = colour;
  pen.lineWidth = 1;
  pen.beginPath();
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift - 1, 9);
    pen.lineTo(shift + 9, -1);
  }
  pen.stroke();
  return picture();
}

function pin(token) {
  const [pen, picture] = canvas(36, 44);
  pen.translate(18, 42);
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.bezierCurveTo(0, 0, 15, -14, 15, -25);
  pen.arc(0, -25, 15, 0, Math.PI, true);
  pen.bezierCurveTo(-15, -14, 0, 0, 0, 0);
  pen.fillStyle = token("map-here");
  pen.fill();
  pen.strokeStyle = token("map-halo");
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.beginPath();
  pen.arc(0, -25, 5.5, 0, 2 * Math.PI);
  pen.fillStyle = token("map-halo");
  pen.fill();
  return picture();
}

export function addSigns(map, token) {
  const add = (name, picture) => map.addImage(name, picture, { pixelRatio: RATIO });
  for (const family of Object.keys(SHAPES)) {
    for (const light of Object.keys(LIGHTS)) add(`${family}-${light}`, caseSign(family, light, token));
  }
  for (let late = 0; late <= 12; late += 1) add(`disc-${late}`, disc(late, token));
  add("hatch", hatch(token("map-grid-premises")));
  add("pin", pin(token));
}
