/** The section `page` of the settings file: where the owner's page listens. */
import { isIP } from 'node:net'
import { isText, type SettingsSection } from '../settings-section.ts'

export interface PageSettings {
  /** undefined: as the factory settings say, which is on. */
  readonly enabled: boolean | undefined
  readonly port: number
  /** Where it listens once the local network is allowed, which it is not by itself. */
  readonly localNetwork: {
    readonly address: string
    readonly port: number
    /** In lower case: the names under which a browser may ask for it. */
    readonly hostNames: readonly string[]
  }
}

const PORT_MAX = 65_535
const HOST_NAMES_MAX_COUNT = 8

/** 0 lets the system choose a port: the agent's log says which. */
export function readPageSettings(page: SettingsSection): PageSettings {
  const network = page.section('localNetwork', '{ "address": "192.168.1.20" }')
  const settings = {
    enabled: page.has('enabled') ? page.flag('enabled', true) : undefined,
    port: page.integer('port', 8480, 0, PORT_MAX),
    localNetwork: {
      address: network.has('address')
        ? network.text('address', isAddress, 'must be an IP address of this device', '192.168.1.20')
        : '0.0.0.0',
      port: network.integer('port', 8443, 0, PORT_MAX),
      hostNames: network
        .texts('hostNames', [], '["gateway.local"]')
        .map((name) => name.toLowerCase()),
    },
  }
  const { hostNames } = settings.localNetwork
  if (hostNames.length > HOST_NAMES_MAX_COUNT || !hostNames.every(isHostName)) {
    const problem = `must be at most ${HOST_NAMES_MAX_COUNT} host names`
    network.mistake('hostNames', problem, '["gateway.local"]')
  }
  page.refuseOthers()
  network.refuseOthers()
  return settings
}

function isAddress(value: unknown): value is string {
  return isText(value) && isIP(value) !== 0
}

function isHostName(value: unknown): value is string {
  return (
    isText(value) &&
    value.length <= 253 &&
    value
      .split('.')
      .every((label) => /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label)) &&
    isIP(value) === 0
  )
}
