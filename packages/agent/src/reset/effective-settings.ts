/**
 * What is in force on a device: factory settings, over them what the integrator's settings file says,
 * over them what the owner chose. Pure. The digest shows that a reset brought the defaults back
 * (CRA P-050), without telling anybody what the settings were.
 */
import {
  canonicalJson,
  type FactoryDefaults,
  type FactorySettings,
  type Json,
  sha256Hex,
  type UpdateMode,
} from '@fleetward/shared'
import type { OwnersChoices } from '../core/owners-choices.ts'

/** What an integrator's settings file may change; undefined leaves the factory's. */
export interface IntegratorsSettings {
  readonly updates?: {
    readonly security?: UpdateMode | undefined
    readonly functionality?: UpdateMode | undefined
  }
}

export function effectiveSettings(
  factory: FactorySettings,
  integrator: IntegratorsSettings,
  owner: OwnersChoices,
): FactoryDefaults {
  const { updates = {} } = integrator
  return {
    updates: {
      security: owner.security ?? updates.security ?? factory.updates.security,
      functionality: owner.functionality ?? updates.functionality ?? factory.updates.functionality,
    },
    notify: owner.notify ?? factory.notify,
    window: owner.window ?? factory.window,
    approvalAsLastStep: owner.approvalAsLastStep ?? factory.approvalAsLastStep,
    page: {
      enabled: factory.page.enabled,
      localNetwork: owner.pageLocalNetwork ?? factory.page.localNetwork,
    },
    remoteManagement: owner.remoteManagement ?? factory.remoteManagement,
    log: {
      classesOff: [...(owner.logClassesOff ?? factory.log.classesOff)].sort(),
      retentionDays: factory.log.retentionDays,
    },
    telemetry: factory.telemetry,
    usbBundles: factory.usbBundles,
    resetRenewsIdentity: factory.resetRenewsIdentity,
  }
}

export function settingsDigest(settings: FactoryDefaults): string {
  return sha256Hex(canonicalJson(settings as unknown as Json))
}
