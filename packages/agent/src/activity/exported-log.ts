/** The log as a file for somebody else: as it lies on the disk, or as syslog messages. */
import { isSha256Hex, type LogHead, RequestError } from '@fleetward/shared'
import type { FileActivityLog } from './file-activity-log.ts'
import { syslogOf } from './rfc5424.ts'

export interface LogPlace {
  readonly activity: Pick<FileActivityLog, 'entries' | 'newest' | 'lines' | 'verify' | 'head'>
  readonly device: string
}

export type ExportFormat = 'jsonl' | 'rfc5424'

export async function* exportedLog(
  { activity, device }: LogPlace,
  format: ExportFormat,
): AsyncGenerator<Uint8Array> {
  for await (const line of activity.lines()) {
    // A line that somebody damaged is exported as it is: it is evidence.
    const text = format === 'jsonl' ? line : syslogOf(line, device)
    if (text !== undefined) yield Buffer.from(`${text}\n`)
  }
}

/** A head that was written down, or that the server shows; undefined when none was given. */
export function headIn(query: URLSearchParams): LogHead | undefined {
  const seq = query.get('seq')
  const hash = query.get('hash')
  if (seq === null && hash === null) return undefined
  if (seq !== null && /^[1-9]\d{0,14}$/.test(seq) && isSha256Hex(hash)) {
    return { seq: Number(seq), hash }
  }
  throw new RequestError('REQUEST_INVALID', { field: 'seq, hash', expected: 'a head of the log' })
}
