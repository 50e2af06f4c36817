/**
 * `npm run bench`: measures, prints a table, and writes it to bench/RESULTS.md with date and machine.
 *
 *   npm run bench                 everything
 *   npm run bench -- verify       only the benchmarks of these names
 */
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { accidentsBench } from './accidents.ts'
import { apiBench } from './api.ts'
import { consoleHourBench } from './console/console-hour.ts'
import { consoleMillionBench } from './console/console-million.ts'
import { dossierBench } from './dossier/dossier.ts'
import { downloadBench } from './download/download.ts'
import { fanOutBench } from './fan-out/fan-out.ts'
import { fanOut10000Bench } from './fan-out/fan-out-10000.ts'
import { feedsBench } from './feeds/feeds.ts'
import { type Figure, goalOf, judged } from './figure.ts'
import { idleBench } from './idle/idle.ts'
import { exposureBench } from './million/exposure.ts'
import { filtersOnPostgres, filtersOnSqlite } from './million/filters.ts'
import { rawImageBench } from './raw-image/raw-image.ts'
import { reportsBench } from './reports.ts'
import { crowdBench } from './storm/crowd.ts'
import { stormBench } from './storm/storm.ts'
import { storyBench } from './story.ts'
import { verifyBench } from './verify.ts'

const BENCHMARKS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  verify: verifyBench,
  download: downloadBench,
  'fan-out': fanOutBench,
  'fan-out-10000': fanOut10000Bench,
  'raw-image': rawImageBench,
  idle: idleBench,
  reports: reportsBench,
  storm: stormBench,
  crowd: crowdBench,
  api: apiBench,
  'filters-sqlite': filtersOnSqlite,
  'filters-postgresql': filtersOnPostgres,
  dossier: dossierBench,
  exposure: exposureBench,
  feeds: feedsBench,
  'console-million': consoleMillionBench,
  'console-hour': consoleHourBench,
  accidents: accidentsBench,
  story: storyBench,
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => BENCHMARKS[name] === undefined)
if (unknown !== undefined) {
  process.stderr.write(
    `No benchmark ${unknown}; there are ${Object.keys(BENCHMARKS).join(', ')}.\n`,
  )
  process.exit(2)
}

const figures: Figure[] = []
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  process.stdout.write(`measuring ${name} …\n`)
  for (const figure of await measure()) {
    figures.push(figure)
    process.stdout.write(`${row(figure)}\n`)
  }
}
if (asked.length === 0) {
  writeFileSync(new URL('RESULTS.md', import.meta.url), page(figures))
  process.stdout.write('written to bench/RESULTS.md\n')
}

function page(all: readonly Figure[]): string {
  return [
    '# Results',
    '',
    `Measured on ${new Date().toISOString().slice(0, 10)} by \`npm run bench\`: ${machine()}.`,
    'Medians; peers in the same run on the same machine. The goal is for the ratio to the peer, or for the figure itself where there is none.',
    '',
    '| what | median | peer | ratio | goal | runs | peak memory | CPU |',
    '|---|---:|---|---:|---|---:|---:|---:|',
    ...all.map(row),
    '',
  ].join('\n')
}

function row(figure: Figure): string {
  const { what, median, unit, runs, peer, peakMemoryMiB, cpuSeconds } = figure
  const cells = [
    what,
    `${number(median)} ${unit}`,
    peer === undefined ? '' : `${peer.name}: ${number(peer.median)} ${unit}`,
    peer === undefined ? '' : number(judged(figure)),
    goalOf(figure) ?? '',
    String(runs),
    peakMemoryMiB === undefined ? '' : `${number(peakMemoryMiB)} MiB`,
    cpuSeconds === undefined ? '' : `${number(cpuSeconds)} s`,
  ]
  return `| ${cells.join(' | ')} |`
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function machine(): string {
  const model = cpus()[0]?.model ?? 'unknown processor'
  const gib = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} × ${model}, ${gib} GiB, ${process.platform} ${process.arch}, Node.js ${process.version}`
}
