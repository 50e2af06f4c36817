/** What the owner of the device has chosen; what they have not, the device's defaults say. */
import type { FactoryDefaults, FactoryWindow, UpdateMode } from '@fleetward/shared'
import type { ActivityClass } from '../ports.ts'

/** All times in seconds since 1970. Absent: the default stands. */
export interface OwnersChoices {
  readonly security?: UpdateMode
  readonly functionality?: UpdateMode
  /** Whether news of updates are pushed to the surfaces; what is asked for is always told. */
  readonly notify?: boolean
  /** A fetched and written update still waits for a yes before the switch. */
  readonly approvalAsLastStep?: boolean
  readonly window?: 'none' | FactoryWindow
  /** Whether signed commands may reset or erase the device. */
  readonly remoteManagement?: boolean
  readonly pageLocalNetwork?: boolean
  /** Nothing installs by itself until then; `'forever'` has no end. */
  readonly optedOutUntil?: number | 'forever'
  /** When that was chosen. */
  readonly optedOutSince?: number
  /** Not before this time, for the release at this path. */
  readonly postponed?: { readonly path: string; readonly until: number }
  /** "Install now", for the release at this path. */
  readonly approved?: { readonly path: string }
  /** Classes of the activity log that record nothing. */
  readonly logClassesOff?: readonly ActivityClass[]
}

/** What stands where the owner has chosen nothing: factory settings, under the device's own. */
export type OwnersDefaults = Pick<
  FactoryDefaults,
  'notify' | 'window' | 'approvalAsLastStep' | 'remoteManagement'
> & {
  readonly security: UpdateMode
  readonly functionality: UpdateMode
  readonly pageLocalNetwork: boolean
  readonly logClassesOff: readonly ActivityClass[]
}

export type OwnersSettings = OwnersDefaults

/** Of a device whose settings say nothing but the manufacturer's word. */
export function defaultsFrom(
  factory: FactoryDefaults,
  updates: { readonly security?: UpdateMode; readonly functionality?: UpdateMode } = {},
): OwnersDefaults {
  return {
    security: updates.security ?? factory.updates.security,
    functionality: updates.functionality ?? factory.updates.functionality,
    notify: factory.notify,
    window: factory.window,
    approvalAsLastStep: factory.approvalAsLastStep,
    remoteManagement: factory.remoteManagement,
    pageLocalNetwork: factory.page.localNetwork,
    logClassesOff: factory.log.classesOff,
  }
}

/** The choices where there are some, the defaults elsewhere. */
export function settingsOf(owner: OwnersChoices, defaults: OwnersDefaults): OwnersSettings {
  return {
    security: owner.security ?? defaults.security,
    functionality: owner.functionality ?? defaults.functionality,
    notify: owner.notify ?? defaults.notify,
    approvalAsLastStep: owner.approvalAsLastStep ?? defaults.approvalAsLastStep,
    window: owner.window ?? defaults.window,
    remoteManagement: owner.remoteManagement ?? defaults.remoteManagement,
    pageLocalNetwork: owner.pageLocalNetwork ?? defaults.pageLocalNetwork,
    logClassesOff: owner.logClassesOff ?? defaults.logClassesOff,
  }
}

export function isOptedOut({ optedOutUntil }: OwnersChoices, now: number): boolean {
  return optedOutUntil === 'forever' || (optedOutUntil !== undefined && now < optedOutUntil)
}
