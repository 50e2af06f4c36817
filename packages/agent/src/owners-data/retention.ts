/** Deletes what the agent has kept long enough (./retention-rules.ts): at the start and twice a day. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { removeDurably } from '@fleetward/platform'
import { DeviceError, isJsonObject, parseJson, REPORT_LENGTH_MAX_BYTES } from '@fleetward/shared'
import type { AgentRecord } from '../core/agent-record.ts'
import type { Log, Timer } from '../ports.ts'
import type { UpdateRun } from '../run/update-run.ts'
import { findImportPlan } from './import-desk.ts'
import {
  DOWNLOAD_MAX_AGE_SECONDS,
  FIRST_NOTICE_MAX_AGE_SECONDS,
  IMPORT_MAX_AGE_SECONDS,
  PRODUCT_LOG_MAX_AGE_SECONDS,
  REPORT_MAX_AGE_SECONDS,
} from './retention-rules.ts'

/**
 * The record without what is too old; the very same one when nothing is. `now` in seconds, of the
 * agent's own clock, which never goes back: a wrong clock must not delete what is young.
 */
export function recordWithinRetention(record: AgentRecord, now: number): AgentRecord {
  const underWay = record.state.name === 'idle' ? undefined : record.state.update.offer.release.path
  const firstNotices = record.firstNotices.filter(
    ({ path, at }) => path === underWay || now - at < FIRST_NOTICE_MAX_AGE_SECONDS,
  )
  // The last report stays whatever its age: it says how the device is.
  const { outbox } = record.reports
  const kept = outbox.filter(
    ({ token }, at) =>
      at === outbox.length - 1 || now - madeAt(token, now) < REPORT_MAX_AGE_SECONDS,
  )
  const isSame = firstNotices.length === record.firstNotices.length && kept.length === outbox.length
  return isSame ? record : { ...record, firstNotices, reports: { ...record.reports, outbox: kept } }
}

/** Our own token; one that cannot be read counts as new, and the server will say what it thinks of it. */
function madeAt(token: string, otherwise: number): number {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url')
    const claims = parseJson(payload, REPORT_LENGTH_MAX_BYTES)
    const iat = isJsonObject(claims) ? claims.iat : undefined
    return typeof iat === 'number' ? iat : otherwise
  } catch {
    return otherwise
  }
}

/** Files in a folder that nobody changed for so long; returns how many went. Never goes into folders. */
export async function removeOld(
  folder: string,
  maxAgeSeconds: number,
  now: number,
): Promise<number> {
  let removed = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined || now - found.mtimeMs / 1000 < maxAgeSeconds) continue
    await removeDurably(path)
    removed += 1
  }
  return removed
}

const EVERY_MS = 12 * 3_600_000

export interface RetentionJob {
  readonly dataFolder: string
  readonly run: Pick<UpdateRun, 'tend' | 'record' | 'now'>
  readonly timer: Timer
  readonly log: Log
  readonly signal: AbortSignal
}

/** Until the signal aborts. A disk that fails now is tried again next time. */
export async function keepRetention(job: RetentionJob): Promise<void> {
  const { timer, log, signal } = job
  while (!signal.aborted) {
    try {
      const removed = await deleteExpired(job)
      if (removed > 0) log.write('info', 'retention', { removed })
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error
      log.write('warning', 'retention-failed', { code: error.code, ...error.facts })
    }
    await timer.wait(EVERY_MS, signal)
  }
}

export async function deleteExpired({ dataFolder, run }: RetentionJob): Promise<number> {
  await run.tend(recordWithinRetention)
  const now = run.now()
  const at = (name: string) => join(dataFolder, name)
  let removed = await removeOld(at('logs'), PRODUCT_LOG_MAX_AGE_SECONDS, now)
  // What is staged is applied, not deleted; what is under way is deleted by its own end.
  if ((await findImportPlan(dataFolder)) === undefined) {
    removed += await removeOld(at('import'), IMPORT_MAX_AGE_SECONDS, now)
  }
  if (run.record.state.name === 'idle') {
    removed += await removeOld(at('download'), DOWNLOAD_MAX_AGE_SECONDS, now)
  }
  return removed
}
