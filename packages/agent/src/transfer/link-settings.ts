/** `artifactLinks` of the settings file: a store that the server may send the device to for the bytes of an artifact. */
import { isText, type SettingsSection } from '../settings-section.ts'

export interface LinkSettings {
  readonly host: string
  readonly port: number
  /** Absolute path of a PEM file: whom to believe there. */
  readonly ca: string
}

const EXAMPLE = '{ "host": "store.example", "ca": "store-ca.pem" }'

export function readArtifactLinks(
  top: SettingsSection,
  absolute: (path: string) => string,
): LinkSettings | undefined {
  if (!top.has('artifactLinks')) return undefined
  const links = top.section('artifactLinks', EXAMPLE)
  const settings = {
    host: links.text('host', isHost, 'must be a host name or an address', 'store.example'),
    port: links.integer('port', 443, 1, 65_535),
    ca: absolute(links.text('ca', isPath, 'must be the path of a PEM file', 'store-ca.pem')),
  }
  links.refuseOthers()
  return settings
}

const isPath = (value: unknown): value is string => isText(value) && value !== ''
const isHost = (value: unknown): value is string =>
  isText(value) && value.length <= 253 && /^[A-Za-z0-9.-]+$/.test(value)
