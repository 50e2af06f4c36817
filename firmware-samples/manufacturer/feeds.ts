/**
 * Feeds as they were the day before, in the night in which KEV names what 1.4.2 is built of, and years later: real records
 * of OSV and CISA's KEV, dated as whoever imports them has it, because a feed that was made years ago is stale and says so.
 */
import { createWriteStream } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { ZipFile } from 'yazl'
import type { Hand } from './hand.ts'

const RECORDS = fileURLToPath(new URL('../../packages/vulnerability/test-data', import.meta.url))
const LATER_RECORDS = fileURLToPath(new URL('../known', import.meta.url))

/** The record that nobody has the day before. */
const NEW_RECORD = 'GHSA-2m8v-572m-ff2v.json'
/** In the component of 1.4.2, and known to be exploited. */
export const CVE = 'CVE-2021-21315'
/** In the same component, of all versions of the sample. */
export const LATER_CVE = 'CVE-2023-42810'
/** Known for years, so a feed of the day before has to find it. */
const CONTROL = ['pkg:npm/minimist@1.2.5', 'CVE-2021-44906'] as const

/** How much the world knows: nothing of the samples, {@link CVE}, or {@link LATER_CVE} as well. */
export type Known = 'nothing' | 'exploited' | 'both'

/** As an operator imports them. */
export async function takeFeeds(hand: Hand, known: Known): Promise<void> {
  const [osv, kev] = [hand.at('osv-npm.zip'), hand.at('kev.json')]
  await writeOsv(osv, hand.now(), known)
  await writeKev(kev, hand.now(), known)
  const [control, vulnerability] = CONTROL
  await hand.run(
    ...['feeds', 'import', osv, '--kind', 'osv', '--feed', 'osv-npm'],
    ...['--control', control, '--control-vulnerability', vulnerability],
  )
  await hand.run('feeds', 'import', kev, '--kind', 'kev')
}

/** OSV's zip of an ecosystem, with what is known by then. */
async function writeOsv(out: string, at: Date, known: Known): Promise<void> {
  const zip = new ZipFile()
  const records = await pathsIn(join(RECORDS, 'osv'))
  const all = known === 'both' ? [...records, ...(await pathsIn(LATER_RECORDS))] : records
  for (const path of all) {
    if (path.endsWith(NEW_RECORD) && known === 'nothing') continue
    const record = JSON.parse(await readFile(path, 'utf8'))
    const dated = Buffer.from(JSON.stringify({ ...record, modified: at.toISOString() }))
    zip.addBuffer(dated, `${record.id}.json`)
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(out))
}

async function writeKev(out: string, at: Date, known: Known): Promise<void> {
  const kev = JSON.parse(
    gunzipSync(await readFile(join(RECORDS, 'kev.json.gz'))).toString('utf8'),
  ) as { count: number; vulnerabilities: readonly { cveID: string }[] }
  const listed = kev.vulnerabilities.filter(({ cveID }) => known !== 'nothing' || cveID !== CVE)
  const dated = { ...kev, dateReleased: at.toISOString(), count: listed.length }
  await writeFile(out, JSON.stringify({ ...dated, vulnerabilities: listed }))
}

async function pathsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).toSorted().map((name) => join(folder, name))
}
