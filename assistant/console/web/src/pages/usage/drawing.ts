/** The chart itself, with the library that draws it: loaded when there is something to draw. */

import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement, PointElement, Tooltip);

/** One row of figures. Rows differ in form as well as in colour: hatched, dashed, with other points. */
export interface Series {
  label: string;
  values: (number | null)[];
  /** A variable of styles.css. */
  colour: string;
  look: "bar" | "hatched" | "line" | "dashed";
}

export interface Drawn {
  labels: string[];
  series: Series[];
  write: (value: number) => string;
}

/** Draw into a canvas, in the colours that its surroundings have now. */
export function draw(canvas: HTMLCanvasElement, drawn: Drawn): Chart {
  return new Chart(canvas, configuration(canvas, drawn));
}

/** Draw other figures, or in other colours. */
export function redraw(chart: Chart, drawn: Drawn): void {
  const { data, options } = configuration(chart.canvas, drawn);
  chart.data = data;
  if (options) chart.options = options;
  chart.update("none");
}

function configuration(canvas: HTMLCanvasElement, { labels, series, write }: Drawn): ChartConfiguration {
  const ink = colourOf(canvas, "--ink-muted");
  const line = colourOf(canvas, "--line");
  const stacked = series.every((each) => each.look === "bar" || each.look === "hatched");
  return {
    type: stacked ? "bar" : "line",
    data: { labels, datasets: series.map((each, place) => dataset(canvas, each, place)) },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label ?? ""}: ${write(item.parsed.y ?? 0)}` } },
      },
      scales: {
        x: { stacked, grid: { display: false }, ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 }, border: { color: line } },
        y: {
          stacked,
          beginAtZero: true,
          grid: { color: line },
          border: { display: false },
          ticks: { color: ink, maxTicksLimit: 5, callback: (value) => write(Number(value)) },
        },
      },
    },
  };
}

function dataset(canvas: HTMLCanvasElement, series: Series, place: number): ChartDataset {
  const colour = colourOf(canvas, series.colour);
  const common = { label: series.label, data: series.values, borderColor: colour };
  if (series.look === "bar") return { ...common, backgroundColor: colour, maxBarThickness: 36 };
  if (series.look === "hatched") return { ...common, backgroundColor: hatched(colour) ?? colour, borderWidth: 1, maxBarThickness: 36 };
  return {
    ...common,
    backgroundColor: colour,
    borderWidth: 2,
    borderDash: series.look === "dashed" ? [6, 4] : [],
    pointStyle: place % 2 ? "triangle" : "circle",
    pointRadius: series.values.length > 60 ? 0 : 3,
    spanGaps: true,
  };
}

/** Return what a variable of the page's styles is where the canvas stands: light or dark. */
function colourOf(canvas: HTMLCanvasElement, variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${variable})`;
  canvas.parentElement?.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function hatched(colour: string): CanvasPattern | null {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const context = tile.getContext("2d");
  if (!context) return null;
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const start of [-4, 0, 4, 8]) {
    context.moveTo(start, 8);
    context.lineTo(start + 8, 0);
  }
  context.stroke();
  return context.createPattern(tile, "repeat");
}
