/**
 * Entries as syslog messages, RFC 5424. The structured data has what a collector filters by; the message
 * is the entry's line as it lies on the disk, so that the hash chain can be verified there as well.
 */
import { levelOf } from './catalogue.ts'
import { entryOf } from './chain.ts'

/** "log audit", RFC 5424 table 1. */
const FACILITY = 13
const SEVERITIES = { error: 3, warning: 4, notice: 5, info: 6 } as const
/** 32473 is the number for examples (RFC 5612): the project has none of its own. */
const STRUCTURE = 'fleetward@32473'
const BOM = '\uFEFF'

/** Without an end of line; undefined when the line is no entry. */
export function syslogOf(line: string, device: string): string | undefined {
  const entry = entryOf(line)
  if (entry === undefined) return undefined
  const { time, event, seq, class: entryClass, by, uptimeMs } = entry
  const priority = FACILITY * 8 + SEVERITIES[levelOf(event)]
  const parameters = { seq, class: entryClass, by, uptimeMs }
  const words = Object.entries(parameters).map(([name, value]) => `${name}="${escaped(value)}"`)
  const structured = `[${STRUCTURE} ${words.join(' ')}]`
  const header = `<${priority}>1 ${time} ${printable(device)} fleetward-agent - ${printable(event)}`
  return `${header} ${structured} ${BOM}${line}`
}

/** RFC 5424 §6.3.3 */
const escaped = (value: string | number) => String(value).replace(/["\\\]]/g, '\\$&')
/** RFC 5424 §6: PRINTUSASCII, and a hyphen for nothing. */
const printable = (text: string) => text.replace(/[^\x21-\x7e]/g, '_') || '-'
