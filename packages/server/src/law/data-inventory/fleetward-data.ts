/**
 * What Fleetward itself processes for a product: the half of the inventory that nobody writes by hand, with the times
 * that the settings say now (CRA P-076, P-078). Pure.
 */
import type { RetentionSettings } from '../../retention/retention-settings.ts'

export interface FleetwardData {
  readonly id: string
  readonly what: string
  readonly about: 'device' | 'owner' | 'operator' | 'reporter'
  readonly isPersonal: boolean
  readonly purpose: string
  readonly where: 'device' | 'server'
  readonly retention: string
  /** What `retention` counts: the console says all of this in its own languages, by `id`. */
  readonly keptDays?: {
    readonly days: number
    readonly deliveries?: number
    readonly isHeld: boolean
  }
}

/** Days that operators set on a device are theirs to name; reports of vulnerabilities have no time of their own. */
export function fleetwardData(settings: RetentionSettings): readonly FleetwardData[] {
  const kept = (days: number) =>
    settings.hold
      ? `${days} days by the settings; on hold, nothing is deleted now`
      : `${days} ${days === 1 ? 'day' : 'days'}`
  const keptDays = (days: number, deliveries?: number) => ({
    keptDays: {
      ...{ days, isHeld: settings.hold },
      ...(deliveries === undefined ? {} : { deliveries }),
    },
  })
  return [
    {
      ...{ id: 'device-identity', about: 'device', isPersonal: false, where: 'server' },
      what: 'id and certificates of a device',
      purpose: 'to offer updates to the right device and to nobody else',
      retention:
        'while the device is enrolled; its id and the serial numbers of its certificates also after it is gone',
    },
    {
      ...{ id: 'device-reports', about: 'device', isPersonal: false, where: 'server' },
      what: 'versions, result codes, state of updates, free space, head of the activity log, what the owner chose about updates',
      purpose: 'to know which devices lack an update and why, and to stop a rollout that fails',
      retention: `${kept(settings.reportsDays)}; what a device last said stays with the device`,
      ...keptDays(settings.reportsDays),
    },
    {
      ...{ id: 'device-time-zone', about: 'owner', isPersonal: true, where: 'server' },
      what: 'the time zone of a device, where its factory settings have telemetry at diagnostic',
      purpose: 'to show operators when it is night where the device stands',
      retention: `${kept(settings.reportsDays)}; the last one stays with the device`,
      ...keptDays(settings.reportsDays),
    },
    {
      ...{ id: 'device-owners-window', about: 'owner', isPersonal: true, where: 'server' },
      what: 'the maintenance window of a device’s owner, where its factory settings have telemetry at diagnostic',
      purpose: 'to show operators why a device waits, and when it begins by itself',
      retention: `${kept(settings.reportsDays)}; the last one stays with the device`,
      ...keptDays(settings.reportsDays),
    },
    {
      ...{ id: 'device-versions', about: 'device', isPersonal: false, where: 'server' },
      what: 'which version a device ran from when until when',
      purpose: 'to say how many devices a vulnerability reached, and how fast they were protected',
      retention: kept(settings.staysDays),
      ...keptDays(settings.staysDays),
    },
    {
      ...{ id: 'device-networks', about: 'owner', isPersonal: true, where: 'server' },
      what: 'the network that a device connects from, in place of its address',
      purpose: 'to notice one identity in two places',
      retention: 'the last one, while the device is enrolled; decommissioning deletes it',
    },
    {
      ...{ id: 'device-attributes', about: 'device', isPersonal: false, where: 'server' },
      what: 'attributes and notes that operators set on a device',
      purpose: 'to choose devices for a rollout; operators decide what they write there',
      retention: 'until somebody removes them, or the device is decommissioned',
    },
    {
      ...{ id: 'commands', about: 'device', isPersonal: false, where: 'server' },
      what: 'commands sent to a device, and what came of them',
      purpose: 'to show who had what done to which device',
      retention: kept(settings.commandsDays),
      ...keptDays(settings.commandsDays),
    },
    {
      ...{ id: 'operator-accounts', about: 'operator', isPersonal: true, where: 'server' },
      what: 'names, roles, public keys of passkeys, digests of passwords',
      purpose: 'to let in who may, and to say who did what',
      retention: 'while the account is there',
    },
    {
      ...{ id: 'sign-ins', about: 'operator', isPersonal: true, where: 'server' },
      what: 'who signed in when, from which network and browser',
      purpose: 'to notice and to show access by somebody else',
      retention: kept(settings.signInsDays),
      ...keptDays(settings.signInsDays),
    },
    {
      ...{ id: 'audit-log', about: 'operator', isPersonal: true, where: 'server' },
      what: 'every change and every refused attempt: who, when, what before and after',
      purpose: 'evidence of what was done to products and devices',
      retention: kept(settings.auditDays),
      ...keptDays(settings.auditDays),
    },
    {
      ...{ id: 'events', about: 'device', isPersonal: false, where: 'server' },
      what: 'events for webhooks, and how they were delivered',
      purpose: 'to tell other systems what happened',
      retention: `events ${kept(settings.eventsDays)}, deliveries ${kept(settings.deliveriesDays)}`,
      ...keptDays(settings.eventsDays, settings.deliveriesDays),
    },
    {
      ...{ id: 'vulnerability-reports', about: 'reporter', isPersonal: true, where: 'server' },
      what: 'reports of vulnerabilities, with the name and contact that a reporter chose to give',
      purpose: 'to mend what is reported, to answer, to thank',
      retention: 'without an end: vulnerabilities are documented (Art. 13(7))',
    },
    {
      ...{ id: 'activity-log', about: 'owner', isPersonal: true, where: 'device' },
      what: 'access to the device’s page and local API, changes of settings, updates',
      purpose: 'to show the owner who did what; the owner switches it off',
      retention:
        'by the size that it may have; it leaves the device only for a log server that somebody set',
    },
  ]
}
