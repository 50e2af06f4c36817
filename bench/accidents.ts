/** How many accidents are tried, and how long that takes: `npm run accidents`, once. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Figure } from './figure.ts'

const WALK = fileURLToPath(new URL('../test/accidents/accidents.ts', import.meta.url))

export async function accidentsBench(): Promise<readonly Figure[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [WALK], { maxBuffer: 1 << 24 })
  const last = stdout.trim().split('\n').at(-1) ?? ''
  const { cases, failed, seconds } = JSON.parse(last)
  const what = `every accident tried: ${cases} cases, ${failed} failed`
  return [{ what, median: seconds, unit: 's', runs: 1 }]
}
