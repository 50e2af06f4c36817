/** The thread of import-feed.ts: reads a feed and hands over what its records become, some at a time. */
import { workerData } from 'node:worker_threads'
import {
  FeedError,
  findEcosystem,
  ImportReport,
  keysOf,
  openSource,
  readCsaf,
  readCve,
  readEpss,
  readEuvd,
  readKev,
  readOsv,
  TrustedKeys,
  type Vulnerability,
} from '@fleetward/vulnerability'
import { hand } from '../threads/thread-side.ts'
import type { Cover, FeedKind, FeedRows, KeyRow, VulnerabilityRow } from './feed.ts'
import type { FeedThreadMessage, FeedThreadTask } from './import-feed.ts'

const RECORDS_AT_ONCE = 500
const CHARACTERS_AT_ONCE = 500_000

const { path, kind, sha256, signers } = workerData as FeedThreadTask
const report = new ImportReport()
const covers = new Map<string, Cover>()
await hand(await reading())

async function reading(): Promise<FeedThreadMessage & { isLast: true }> {
  try {
    let rows: FeedRows[] = []
    let characters = 0
    for await (const record of records()) {
      rows.push(record)
      for (const hole of record.vulnerabilities) characters += hole.record.length
      for (const said of record.statements) characters += said.statement.length
      if (rows.length < RECORDS_AT_ONCE && characters < CHARACTERS_AT_ONCE) continue
      await hand<FeedThreadMessage>({ isLast: false, rows: together(rows) })
      rows = []
      characters = 0
    }
    const summary = report.summary()
    return { isLast: true, rows: together(rows), covers: [...covers.values()], summary }
  } catch (error) {
    if (!(error instanceof FeedError)) throw error
    return { isLast: true, refused: { code: error.code, message: error.message } }
  }
}

async function* records(): AsyncGenerator<FeedRows> {
  const options = {
    ...(sha256 === undefined ? {} : { expectedSha256: sha256 }),
    withSignatures: signers !== undefined,
  }
  const trusted =
    signers === undefined
      ? undefined
      : { keys: await TrustedKeys.read(signers.armored), at: new Date(signers.atMs) }
  const entries = openSource(path, report, options)
  const none: FeedRows = { vulnerabilities: [], statements: [], exploited: [], epss: [] }
  const readers: Record<FeedKind, () => AsyncIterable<FeedRows>> = {
    osv: () =>
      each(readOsv(entries, report), (hole) => ({ ...none, vulnerabilities: [rowOf(hole)] })),
    cve: () =>
      each(readCve(entries, report), (hole) => ({ ...none, vulnerabilities: [rowOf(hole)] })),
    csaf: () =>
      each(readCsaf(entries, report, trusted), ({ publisher, vulnerabilities, statements }) => ({
        ...none,
        vulnerabilities: vulnerabilities.map((hole) => rowOf(hole, publisher)),
        statements: statements.map((statement) => ({
          names: [...new Set([statement.vulnerability, ...statement.aliases])].map(clean),
          statement: clean(JSON.stringify(statement)),
        })),
      })),
    kev: () =>
      each(readKev(entries, report), ({ cve, addedOn }) => ({
        ...none,
        exploited: [{ name: cve, since: addedOn }],
      })),
    euvd: () =>
      each(readEuvd(entries, report), ({ id, aliases, exploitedSince: since }) => ({
        ...none,
        exploited: [id, ...aliases].map((name) => ({ name, since })),
      })),
    epss: () => each(readEpss(entries, report), (score) => ({ ...none, epss: [score] })),
  }
  yield* readers[kind]()
}

async function* each<Read>(
  source: AsyncIterable<Read>,
  rowsOf: (record: Read) => FeedRows,
): AsyncGenerator<FeedRows> {
  for await (const record of source) yield rowsOf(record)
}

function rowOf(hole: Vulnerability, publisher = ''): VulnerabilityRow {
  const { packages, products } = keysOf(hole)
  const keys = new Map<string, KeyRow>()
  const add = (key: KeyRow) => keys.set(JSON.stringify(key), key)
  for (const { ecosystem, name } of packages) add({ kind: 'package', space: ecosystem, name })
  for (const { vendor, product } of products) add({ kind: 'product', space: vendor, name: product })
  if (hole.withdrawnAt === undefined) coverBy(hole, products.length > 0)
  const { id, modifiedAt, withdrawnAt } = hole
  const record = clean(JSON.stringify(hole))
  return { id, publisher, modifiedAt, withdrawnAt, record, keys: [...keys.values()].map(cleanKey) }
}

function coverBy({ affected }: Vulnerability, hasProducts: boolean): void {
  if (hasProducts) covers.set('product', { kind: 'product', name: '' })
  for (const one of affected) {
    if (one.kind !== 'package' || findEcosystem(one.ecosystem) === undefined) continue
    covers.set(`package ${one.ecosystem}`, { kind: 'package', name: one.ecosystem })
  }
}

/** PostgreSQL keeps no null character, in no text; names with one are nobody's. */
function clean(text: string): string {
  return text.replaceAll('\\u0000', '\\ufffd').replaceAll('\0', '\ufffd')
}

function cleanKey({ kind: of, space, name }: KeyRow): KeyRow {
  return { kind: of, space: clean(space), name: clean(name) }
}

function together(rows: readonly FeedRows[]): FeedRows {
  return {
    vulnerabilities: rows.flatMap(({ vulnerabilities }) => vulnerabilities),
    statements: rows.flatMap(({ statements }) => statements),
    exploited: rows.flatMap(({ exploited }) => exploited),
    epss: rows.flatMap(({ epss }) => epss),
  }
}
