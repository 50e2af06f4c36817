/** What was decided of a product's findings, beside its advisories: the same bytes until somebody publishes it anew. */
import { csafFileName, documentText } from '@fleetward/vulnerability'
import { exportVex } from '../vex/export-vex.ts'
import { type CsafFile, yearOf } from './advisory.ts'
import { changedMeanwhile, type Publication, type PublishNeeds } from './publish-advisory.ts'
import { signedFile } from './publish-document.ts'
import { siteOf } from './publisher.ts'
import { documentUrl } from './tree-paths.ts'

export async function publishVex(
  { database, keys, publicBase }: PublishNeeds,
  product: string,
  { actor, requestId, at: wantedAt, change }: Publication,
): Promise<CsafFile> {
  const { base, publisher } = await siteOf(database, publicBase)
  const trackingId = `${product}-vex`
  const versions = await database.advisories.versions(trackingId)
  const at = Math.max(wantedAt, versions.at(-1)?.at ?? 0)
  const file = versions[0]?.file ?? `${yearOf(at)}/${csafFileName(trackingId)}`
  const past = versions.map((version) => ({ at: version.at, summary: version.change }))
  const { document } = await exportVex(database, product, 'CSAF', {
    ...{ publisher, at: wantedAt },
    published: { url: documentUrl(base, file), history: [...past, { at, summary: change }] },
  })
  await keys.ensure(database, publisher.name, wantedAt)
  const head = {
    ...{
      kind: 'vex' as const,
      trackingId,
      version: versions.length + 1,
      product,
      at,
      file,
      change,
    },
    ...{ firstAt: versions[0]?.at ?? at, withdrawnBecause: undefined, content: undefined },
    title: `What is known of vulnerabilities in ${product}`,
    summary: `Which known vulnerabilities affect releases of ${product}, and which do not.`,
    publishedBy: actor.id,
  }
  const signed = await signedFile(database, keys, head, documentText(document))
  await database.transaction(async ({ advisories, audit, events }) => {
    if (!(await advisories.publish(signed))) throw changedMeanwhile()
    const { version, sha256 } = signed
    await audit.append({
      ...{ at: wantedAt, actor, action: 'vex.published', product, subject: `vex/${trackingId}` },
      ...{ outcome: 'done', requestId, after: { version, sha256 } },
    })
    const data = { document: trackingId, version, url: documentUrl(base, file) }
    await events.add({ at: wantedAt, type: 'advisory.vex-published', product, data })
  })
  return signed
}
