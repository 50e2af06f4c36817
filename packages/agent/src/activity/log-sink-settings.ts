/** `logSink` of the settings file. */
import { isText, type SettingsSection } from '../settings-section.ts'

export interface LogSinkSettings {
  readonly host: string
  readonly port: number
  /** Absolute paths of PEM files: whom to believe, and who the device is to them. */
  readonly ca: string
  readonly certificate: string | undefined
  readonly key: string | undefined
}

/** RFC 5425 §4.1 */
const PORT_DEFAULT = 6514
const EXAMPLE = '{ "host": "logs.example", "ca": "log-ca.pem" }'

export function readLogSink(
  top: SettingsSection,
  absolute: (path: string) => string,
): LogSinkSettings | undefined {
  if (!top.has('logSink')) return undefined
  const sink = top.section('logSink', EXAMPLE)
  const file = (name: string) =>
    absolute(sink.text(name, isPath, 'must be the path of a PEM file', `${name}.pem`))
  const settings = {
    host: sink.text('host', isHost, 'must be a host name or an address', 'logs.example'),
    port: sink.integer('port', PORT_DEFAULT, 1, 65_535),
    ca: file('ca'),
    // One without the other is of no use, and is named as missing.
    certificate: sink.has('certificate') || sink.has('key') ? file('certificate') : undefined,
    key: sink.has('certificate') || sink.has('key') ? file('key') : undefined,
  }
  sink.refuseOthers()
  return settings
}

const isPath = (value: unknown): value is string => isText(value) && value !== ''
const isHost = (value: unknown): value is string =>
  isText(value) && value.length <= 253 && /^[A-Za-z0-9.:_-]+$/.test(value)
