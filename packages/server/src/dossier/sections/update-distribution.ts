/**
 * Annex VII 2(b): "a description of the technical solutions chosen for the secure distribution of updates", from what is
 * in force now: the signed metadata with its roles, keys and thresholds, and the settings of the server (CRA P-142, P-144, P-112).
 */
import { parseMetadata, type RoleKeys } from '@fleetward/shared'
import type { Role } from '../../releases/role.ts'
import { day, facts, list, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import { approvalWords, deadlineRows, gateRows, retentionRows } from '../rules-in-force.ts'
import type { DossierFile, DossierSource, Section } from '../section.ts'

const ROLES: readonly Role[] = [
  ...(['root', 'targets', 'security', 'functionality', 'snapshot', 'timestamp'] as const),
]
const PROPERTIES = [
  'Every release is signed offline by the keys of its role; the server holds none of them and verifies as a device does (TUF).',
  'A device installs nothing whose metadata, digest and length do not verify, and goes back to no release with a lower security counter.',
  'The device is authenticated by a certificate of its own over TLS 1.3; what it is told to install comes as a signed manifest.',
  'An update is written beside what runs, tried, and given up when it does not prove itself; a failed one changes nothing.',
  'Security updates are kept and offered for ten years after their publication, or until support ends if that is later.',
]

export const updateDistribution: Section = {
  id: 'update-distribution',
  item: '2',
  title: 'How updates are distributed securely',
  async write(source) {
    const { settings, product } = source
    const roles = await rolesOf(source)
    const { rollouts, gate, deadlines } = source.stores
    const rule = await rollouts.approvalRule(product)
    const asked = await gate.policy(product)
    const due = await deadlines.policy(product)
    const { updatePolicy } = source.facts
    return {
      blocks: [
        list(PROPERTIES),
        table(
          'Roles of the signed metadata, as published',
          ['Role', 'Version', 'Expires', 'Signatures needed', 'Keys'],
          roles.map(({ role, version, expires, threshold, keys }) => [
            ...[role, String(version), day(expires), String(threshold ?? ''), keys.join(' ')],
          ]),
          DISTRIBUTION,
        ),
        facts([
          ['Names of the server in its certificate', settings.hosts.join(', ')],
          ['Transport of messages', `MQTT over TLS, ${settings.broker} broker`],
          ['Transport of artifacts', `HTTPS, kept in ${settings.artifacts} storage`],
          ['Artifacts for whoever asks', settings.isDownloadPublic ? 'yes' : 'no'],
          ['Production checks in force', settings.isProduction ? 'yes' : 'no'],
          ['Who approves rollouts', approvalWords(rule)],
          [
            'Security updates install by themselves',
            updatePolicy && (updatePolicy.automatic ? 'yes' : `no: ${updatePolicy.because}`),
          ],
        ]),
        table(
          'What the gate asks of a release before it is published',
          ['Rule', 'In force'],
          gateRows(asked),
          DISTRIBUTION,
        ),
        table(
          'Until when a fix has to be on devices',
          ['Rating of what it fixes', 'Within'],
          deadlineRows(due),
          DISTRIBUTION,
        ),
        table(
          'How long the server keeps what it knows',
          ['What', 'Kept for'],
          retentionRows(settings.retention),
          DISTRIBUTION,
        ),
      ],
      files: [
        jsonFile(
          DISTRIBUTION,
          { item: 'VII.2(b)', what: 'Roles, keys, thresholds and settings in force' },
          { roles, settings, approval: rule, gate: asked, deadlines: due },
        ),
        ...(await metadataFiles(source)),
      ],
      gaps:
        roles.length > 0
          ? []
          : [
              {
                item: 'VII.2(b)',
                what: 'There is no signed metadata: nothing can be distributed securely',
                next: 'fleetward repository init --help',
              },
            ],
    }
  },
}

const DISTRIBUTION = 'distribution/description.json'

async function rolesOf({ stores, product }: DossierSource) {
  const [root, targets] = await Promise.all([
    stores.metadata.current(product, 'root'),
    stores.metadata.current(product, 'targets'),
  ])
  const signers = new Map<string, RoleKeys>([
    ...Object.entries(root === undefined ? {} : parseMetadata('root', root.bytes).signed.roles),
    ...(targets === undefined
      ? []
      : (parseMetadata('targets', targets.bytes).signed.delegations?.roles ?? []).map(
          (role) => [role.name, role] as const,
        )),
  ])
  const found = await Promise.all(ROLES.map((role) => stores.metadata.current(product, role)))
  return found.flatMap((one) => {
    if (one === undefined) return []
    const { role, version, expires } = one
    const signed = signers.get(role)
    const keys = [...(signed?.keyIds ?? [])].map(String)
    return [
      { role, version, expires: expires.getTime() / 1000, threshold: signed?.threshold, keys },
    ]
  })
}

/** As they were signed: whoever has the root can verify every release in this dossier. */
async function metadataFiles({ stores, product }: DossierSource): Promise<readonly DossierFile[]> {
  const found = await Promise.all(ROLES.map((role) => stores.metadata.current(product, role)))
  return found.flatMap((one) =>
    one === undefined
      ? []
      : [
          {
            path: `distribution/metadata/${one.version}.${one.role}.json`,
            mediaType: 'application/json',
            ...{ item: 'VII.2(b)', what: `Metadata of the role ${one.role}, as signed` },
            content: one.bytes,
          },
        ],
  )
}
