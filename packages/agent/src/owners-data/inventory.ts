/** What a device says it is, in its reports (protocol §7): exactly what ./telemetry-catalogue.ts names. */
import { arch, release as osRelease, platform } from 'node:os'
import type { FactoryDefaults } from '@fleetward/shared'

export interface Told {
  readonly agent: string
  readonly compatible: string
  /** IANA name of the time zone that the machine is set to now. */
  readonly timeZone: string
}

/** A zone says in which part of the world somebody lives, and no update needs it: `minimal` does not tell it. */
export function inventoryOf(
  { agent, compatible, timeZone }: Told,
  telemetry: FactoryDefaults['telemetry'],
): Record<string, string> {
  const os = `${platform()} ${osRelease()} ${arch()}`
  return {
    ...{ agent, compatible, node: process.version },
    ...(telemetry === 'diagnostic' ? { os, timeZone } : {}),
  }
}
