/** Drills as a person plays them, from the command line: CRA P-004, P-022, P-036, P-040 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

function drill(...words: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const options = { timeout: 300_000, maxBuffer: 16 * 1024 * 1024 }
    const child = execFile(process.execPath, [MAIN, ...words], options, (_, out, err) =>
      resolve({ status: child.exitCode ?? -1, out, err }),
    )
  })
}

/** The last line. */
const outcomeOf = (out: string) => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')

test('Friday night: from the list of what is exploited to patched devices and the final report', async () => {
  const { status, out, err } = await drill('friday-night')
  assert.equal(status, 0, `${out.slice(-3000)}${err}`)
  const { result, times } = outcomeOf(out)
  assert.equal(result, 'passed')
  assert.ok(times.awareToEarlyWarningSeconds < 86_400)
  assert.ok(times.measureToFinalReportSeconds < 14 * 86_400)
})

test('a stale feed: the gate is closed with its reason, and open with a fresh one', async () => {
  const { status, out, err } = await drill('stale-feed')
  assert.equal(status, 0, `${out.slice(-3000)}${err}`)
  const age = outcomeOf(out).times.feedAgeAtRefusalSeconds
  // The rest is what signing took.
  assert.ok(age >= 4 * 86_400 && age < 4 * 86_400 + 3_600, `${age}`)
})

test('the end of support: told on the page, by mail and on the device, each time in other words', async () => {
  const { status, out, err } = await drill('end-of-support')
  assert.equal(status, 0, `${out.slice(-3000)}${err}`)
  const { told } = outcomeOf(out).times
  assert.deepEqual(
    told.map(({ monthsBefore }: { monthsBefore: number }) => monthsBefore),
    [12, 6, 1, 0],
  )
  assert.equal(new Set(told.map(({ device }: { device: string }) => device)).size, 4)
})

test('what nobody asked for is said, and nothing is left lying', async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('fleetward-drill-'))
  const { status, err } = await drill('saturday')
  assert.deepEqual(
    [status, err],
    [
      2,
      'Name one drill: friday-night, stale-feed, end-of-support.\nSee npm run drill -- --help.\n',
    ],
  )
  const full = await drill('stale-feed', '--folder', fileURLToPath(new URL('.', import.meta.url)))
  assert.equal(full.status, 2)
  assert.match(full.err, /is not empty: name another one/)
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith('fleetward-drill-'))
  assert.deepEqual(after, before)
})
