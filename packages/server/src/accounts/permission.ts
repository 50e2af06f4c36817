/**
 * What can be permitted, and which role permits it. Every operation of the API names one of these permissions;
 * docs/accounts.md shows this table, and a test holds it there.
 */

export const ROLES = [
  'viewer',
  'operator',
  'releaseManager',
  'securityOfficer',
  'auditor',
  'administrator',
] as const
export type Role = (typeof ROLES)[number]

/** `administrator` has every permission and is not listed. */
const PERMITTED = {
  'product.read': ['viewer', 'operator', 'releaseManager', 'securityOfficer', 'auditor'],
  'product.create': [],
  /** Whatever decides what others may do there: who approves, for example. */
  'product.manage': [],
  'device.read': ['viewer', 'operator', 'releaseManager', 'securityOfficer', 'auditor'],
  'device.command': ['operator', 'securityOfficer'],
  'device.manage': ['operator', 'securityOfficer'],
  /** Takes an owner's data or the whole device away: factory reset, erase, decommissioning. */
  'device.erase': ['securityOfficer'],
  'enrolment.create': ['operator'],
  'release.read': ['viewer', 'operator', 'releaseManager', 'securityOfficer', 'auditor'],
  'release.publish': ['releaseManager'],
  'release.withdraw': ['releaseManager', 'securityOfficer'],
  'rollout.read': ['viewer', 'operator', 'releaseManager', 'securityOfficer', 'auditor'],
  'rollout.plan': ['operator', 'releaseManager', 'securityOfficer'],
  'rollout.control': ['operator', 'releaseManager', 'securityOfficer'],
  'rollout.approve': ['releaseManager', 'securityOfficer'],
  'rollout.emergency': ['securityOfficer'],
  /** Gives fixes more time than the product's policy gave them, in all rollouts to come. */
  'deadline.loosen': [],
  'webhook.manage': [],
  /** Reports of vulnerabilities that are under no embargo. */
  'disclosure.read': ['securityOfficer', 'auditor'],
  /** All of them, and the settings. */
  'disclosure.manage': ['securityOfficer'],
  /** Drafts too; not those about a report under embargo. */
  'advisory.read': ['releaseManager', 'securityOfficer', 'auditor'],
  /** Writes, publishes and withdraws them. */
  'advisory.manage': ['securityOfficer'],
  /** Findings, what cannot be matched, feeds and their age. */
  'finding.read': ['releaseManager', 'securityOfficer', 'auditor'],
  /** Says what a finding means. */
  'finding.decide': ['securityOfficer'],
  /** What the gate of a product asks for, and whether it holds back publishing. */
  'gate.manage': ['securityOfficer'],
  /** Brings files that prove that a release was tried. */
  'evidence.add': ['releaseManager', 'securityOfficer'],
  /** Takes in what others say: feeds, and VEX documents as suggestions. */
  'feed.import': ['securityOfficer'],
  /** Says from where the server takes feeds by itself: to which addresses it connects, and what it reads. */
  'feed.manage': [],
  /** Cases of Article 14 and what might become one. */
  'case.read': ['securityOfficer', 'auditor'],
  'case.manage': ['securityOfficer'],
  /** Mails, and who subscribed: addresses of people outside. */
  'mail.manage': ['securityOfficer'],
  /** The whole file of a product: what it holds of audit log, cases and risks is in it. */
  'dossier.read': ['securityOfficer', 'auditor'],
  'dossier.build': ['securityOfficer'],
  /** Signs for the manufacturer. */
  'declaration.sign': ['securityOfficer'],
  'audit.read': ['securityOfficer', 'auditor'],
  'account.read': ['securityOfficer', 'auditor'],
  'account.manage': [],
  /** API tokens of one's own. */
  'token.own': ['viewer', 'operator', 'releaseManager', 'securityOfficer', 'auditor'],
  /** Sessions of one's own. */
  'session.own': ['viewer', 'operator', 'releaseManager', 'securityOfficer', 'auditor'],
  'server.read': ['operator', 'securityOfficer', 'auditor'],
  'server.manage': [],
} as const satisfies Readonly<Record<string, readonly Role[]>>

export type Permission = keyof typeof PERMITTED
export const PERMISSIONS = Object.keys(PERMITTED) as readonly Permission[]

/** What an operation can ask for: a permission, or less. */
export type Requirement = Permission | 'public' | 'anyone-signed-in'

/**
 * A second pair of eyes is a person's. What no person does, the machine's token and service accounts, never
 * has these, whatever role it was given.
 */
export const PERSONS_ALONE: readonly Permission[] = [
  'rollout.approve',
  'rollout.emergency',
  'finding.decide',
  'declaration.sign',
  'gate.manage',
  'deadline.loosen',
]

export function permissionsOf(role: Role): readonly Permission[] {
  if (role === 'administrator') return PERMISSIONS
  return PERMISSIONS.filter((permission) =>
    (PERMITTED[permission] as readonly Role[]).includes(role),
  )
}

export function isPermission(text: string): text is Permission {
  return Object.hasOwn(PERMITTED, text)
}
