// Builds the page and puts it into its folder: assets first, the start last, so that there is always a whole page.

import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { build } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const made = join(here, ".build");
const target = process.argv[2] ?? join(here, "..", "static");
const SMALL = 1000; // bytes, which one packet carries as they are
const TEXT = /\.(js|css|svg|json)$/;

await build({ root: here, configFile: join(here, "vite.config.ts"), logLevel: "warn" });

const assets = join(target, "assets");
await mkdir(assets, { recursive: true });
const names = await readdir(join(made, "assets"));
const kept = new Set((await Promise.all(names.map(place))).flat());
await copyFile(join(made, "index.html"), join(target, "index.html.new"));
await rename(join(target, "index.html.new"), join(target, "index.html"));
for (const name of await readdir(assets)) if (!kept.has(name)) await rm(join(assets, name));

async function place(name) {
  const content = await readFile(join(made, "assets", name));
  const files = [[name, content]];
  if (TEXT.test(name) && content.length > SMALL) {
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
    files.push([`${name}.br`, await promisify(brotliCompress)(content, quality)]);
    files.push([`${name}.gz`, await promisify(gzip)(content, { level: 9 })]);
  }
  await Promise.all(files.map(([file, bytes]) => writeFile(join(assets, file), bytes)));
  return files.map(([file]) => file);
}
