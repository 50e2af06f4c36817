/** A device as the server answers it, in words. */

export interface Device {
  readonly id: string
  readonly cohort: string
  readonly pinned: boolean
  readonly test: boolean
  readonly online: boolean
  readonly enrolledAt: number
  readonly lastSeenAt?: number
  readonly flappedAt?: number
  readonly revokedAt?: number
  readonly state?: string
  readonly waitingFor?: string
  readonly version?: string
  readonly securityCounter?: number
  readonly rollout?: string
  readonly code?: string
  readonly integrity?: string
  readonly quarantine?: { readonly at: number; readonly by: string; readonly reason: string }
  readonly cloneSuspected?: {
    readonly since: number
    readonly returns: number
    readonly conflicts: number
    readonly wentBack: number
  }
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly inventory?: Readonly<Record<string, string>>
  readonly certificate?: { readonly serial: string; readonly notAfter: number }
}

/** In one line, in columns. */
export function lineOf(device: Device): string {
  const { id, cohort, online, version, state } = device
  return [
    id.padEnd(24),
    cohort.padEnd(12),
    (online ? 'online' : 'offline').padEnd(8),
    (version ?? '?').padEnd(10),
    (state ?? 'not heard of yet').padEnd(12),
    remarksOf(device).join(', '),
  ]
    .join(' ')
    .trimEnd()
}

function remarksOf(device: Device): string[] {
  const { waitingFor, code, revokedAt, quarantine, cloneSuspected, test } = device
  return [
    waitingFor === undefined ? '' : `waits for ${waitingFor}`,
    code ?? '',
    revokedAt === undefined ? '' : 'revoked',
    quarantine === undefined ? '' : 'in quarantine',
    cloneSuspected === undefined ? '' : 'maybe two devices',
    test ? 'test device' : '',
  ].filter((remark) => remark !== '')
}

/** All there is to know, a line for each. */
export function linesOf(device: Device): string[] {
  const { quarantine, cloneSuspected, certificate } = device
  const facts: [string, string | number | undefined][] = [
    ['cohort', `${device.cohort}${device.pinned ? ', pinned' : ''}`],
    ['connected', device.online ? 'yes' : 'no'],
    ['enrolled', moment(device.enrolledAt)],
    ['last seen', moment(device.lastSeenAt)],
    ['last flapped', moment(device.flappedAt)],
    ['runs', device.version],
    ['security counter', device.securityCounter],
    ['state', device.state],
    ['waits for', device.waitingFor],
    ['rollout', device.rollout],
    ['failure', device.code],
    ['integrity', device.integrity],
    ['test device', device.test ? 'yes' : undefined],
    ['revoked', moment(device.revokedAt)],
    [
      'quarantine',
      quarantine && `${quarantine.reason} (by ${quarantine.by}, ${moment(quarantine.at)})`,
    ],
    [
      'maybe two',
      cloneSuspected &&
        `since ${moment(cloneSuspected.since)}: ${cloneSuspected.returns} returns, ${cloneSuspected.conflicts} conflicting reports, ${cloneSuspected.wentBack} from before`,
    ],
    ['certificate', certificate && `${certificate.serial}, until ${moment(certificate.notAfter)}`],
    ...Object.entries(device.attributes).map(([name, value]): [string, string] => [
      `attr.${name}`,
      JSON.stringify(value),
    ]),
    ...Object.entries(device.inventory ?? {}).map(([name, value]): [string, string] => [
      `device.${name}`,
      JSON.stringify(value),
    ]),
  ]
  const known = facts.filter(([, value]) => value !== undefined)
  return [device.id, ...known.map(([name, value]) => `  ${name.padEnd(20)} ${value}`)]
}

/** Seconds since 1970 as a person and a sorter read them. */
export function moment(seconds: number | undefined): string | undefined {
  if (seconds === undefined) return undefined
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
}
