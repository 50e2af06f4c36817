/** The live table: a row a device. Pure; the screen is written elsewhere. */
import { styleText } from 'node:util'

export interface Row {
  readonly device: string
  readonly version: string
  readonly state: string
  readonly waitingFor: string
  readonly lastMessage: string
}

const HEADINGS: Row = {
  device: 'device',
  version: 'version',
  state: 'state',
  waitingFor: 'waiting for',
  lastMessage: 'last message',
}
const COLUMNS = ['device', 'version', 'state', 'waitingFor', 'lastMessage'] as const

/** Lines of at most `width` characters; colours only when `colours` says so. */
export function tableLines(
  rows: readonly Row[],
  { width, colours }: { width: number; colours: boolean },
): string[] {
  const all = [HEADINGS, ...rows]
  const widths = COLUMNS.map((column) => Math.max(...all.map((row) => row[column].length)))
  const lines = all.map((row) =>
    COLUMNS.map((column, i) => row[column].padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd()
      .slice(0, width),
  )
  if (!colours) return lines
  return lines.map((line, i) => {
    if (i === 0) return styleText('bold', line)
    const row = rows[i - 1] as Row
    if (['failed', 'rollingBack'].includes(row.state)) return styleText('red', line)
    return row.state === 'idle' ? line : styleText('cyan', line)
  })
}
