/**
 * Feeds as they were the day before and as they are that night: real records of OSV and CISA's KEV, dated as the drill
 * has it, because a feed that was made years ago is stale and says so.
 */
import { createWriteStream } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { ZipFile } from 'yazl'
import type { Stage } from './stage.ts'

const RECORDS = fileURLToPath(new URL('../packages/vulnerability/test-data', import.meta.url))

/** The record that nobody has the day before. */
const NEW_RECORD = 'GHSA-2m8v-572m-ff2v.json'
export const CVE = 'CVE-2021-21315'
/** Known for years, so a feed of the day before has to find it. */
const CONTROL = ['pkg:npm/minimist@1.2.5', 'CVE-2021-44906'] as const

/** OSV's zip of an ecosystem, with or without what became known that night. */
async function writeOsv(out: string, at: Date, isKnown: boolean): Promise<void> {
  const zip = new ZipFile()
  for (const name of await readdir(join(RECORDS, 'osv'))) {
    if (name === NEW_RECORD && !isKnown) continue
    const record = JSON.parse(await readFile(join(RECORDS, 'osv', name), 'utf8'))
    zip.addBuffer(Buffer.from(JSON.stringify({ ...record, modified: at.toISOString() })), name)
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(out))
}

async function writeKev(out: string, at: Date, isKnown: boolean): Promise<void> {
  const kev = JSON.parse(
    gunzipSync(await readFile(join(RECORDS, 'kev.json.gz'))).toString('utf8'),
  ) as { count: number; vulnerabilities: readonly { cveID: string }[] }
  const vulnerabilities = kev.vulnerabilities.filter(({ cveID }) => isKnown || cveID !== CVE)
  const dated = { ...kev, dateReleased: at.toISOString(), count: vulnerabilities.length }
  await writeFile(out, JSON.stringify({ ...dated, vulnerabilities }))
}

/** As an operator imports them. */
export async function takeFeeds(stage: Stage, isKnown: boolean): Promise<void> {
  const [osv, kev] = [stage.at('osv-npm.zip'), stage.at('kev.json')]
  await writeOsv(osv, stage.now(), isKnown)
  await writeKev(kev, stage.now(), isKnown)
  const [control, vulnerability] = CONTROL
  await stage.run(
    ...['feeds', 'import', osv, '--kind', 'osv', '--feed', 'osv-npm'],
    ...['--control', control, '--control-vulnerability', vulnerability],
  )
  await stage.run('feeds', 'import', kev, '--kind', 'kev')
}
