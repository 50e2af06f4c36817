/**
 * Lines of the audit log as syslog messages, RFC 5424. The structured data has what a collector filters by; the
 * message is the line as it is stored, so that the hash chain can be verified there as well.
 */
import { type AuditLine, readAuditLine } from '@fleetward/shared'

/** "log audit", RFC 5424 table 1. */
const FACILITY = 13
const NOTICE = 5
const WARNING = 4
const ERROR = 3
/** 32473 is the number for examples (RFC 5612): the project has none of its own. */
const STRUCTURE = 'fleetward@32473'
const BOM = '\uFEFF'
/** RFC 5424 §6.2.4, §6.2.7 */
const HOST_MAX_CHARACTERS = 255
const MESSAGE_ID_MAX_CHARACTERS = 32

/** Without an end of line. */
export function syslogOf(line: string, host: string): string {
  const entry = readAuditLine(line)
  if (entry === undefined) return damaged(line, host)
  const priority = FACILITY * 8 + (entry.outcome === 'refused' ? WARNING : NOTICE)
  const time = new Date(entry.at * 1000).toISOString()
  const messageId = printable(entry.action, MESSAGE_ID_MAX_CHARACTERS)
  const header = `<${priority}>1 ${time} ${printable(host, HOST_MAX_CHARACTERS)} fleetward-server - ${messageId}`
  return `${header} [${STRUCTURE} ${parametersOf(entry)}] ${BOM}${line}`
}

/** A line that somebody damaged goes out as it is: it is evidence. */
function damaged(line: string, host: string): string {
  const header = `<${FACILITY * 8 + ERROR}>1 - ${printable(host, HOST_MAX_CHARACTERS)} fleetward-server - unreadable`
  return `${header} - ${BOM}${line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')}`
}

function parametersOf({ seq, actor, product, subject, outcome, code }: AuditLine): string {
  const parameters = { seq, actor: actor.id, product, subject, outcome, code }
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(' ')
}

/** RFC 5424 §6.3.3; a line break would end the message for collectors that read lines. */
const escaped = (value: string) =>
  value.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').replace(/["\\\]]/g, '\\$&')
/** RFC 5424 §6: PRINTUSASCII, and a hyphen for nothing. */
const printable = (text: string, max: number) =>
  text.replace(/[^\x21-\x7e]/g, '_').slice(0, max) || '-'
