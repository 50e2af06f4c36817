/** Under Annex VII 2(b): what the public was told of vulnerabilities, in the bytes that were signed. */
import { day, oneLine, table } from '../document.ts'
import type { DossierFile, Section } from '../section.ts'

export const advisories: Section = {
  id: 'advisories',
  item: '2',
  title: 'Advisories',
  async write({ stores, product }) {
    const published = await stores.advisories.published(product)
    const files: DossierFile[] = []
    for (const { trackingId, version } of published) {
      const found = await stores.advisories.document(trackingId, version)
      if (found === undefined) continue
      const about = { item: 'VII.2(b)', what: `${oneLine(found.title)}, version ${version}` }
      const name = trackingId
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+/, '')
      const path = `advisories/${name}-${version}.json`
      files.push({
        ...{ ...about, path, mediaType: 'application/json' },
        content: Buffer.from(found.document),
      })
      files.push({
        ...{ ...about, path: `${path}.asc`, mediaType: 'text/plain' },
        what: `OpenPGP signature by ${found.signedBy}`,
        content: Buffer.from(found.signature),
      })
    }
    return {
      blocks: [
        table(
          'Published',
          ['Advisory', 'Version', 'Published', 'Title', 'Withdrawn'],
          published.map(({ trackingId, version, at, title, withdrawnBecause }) => [
            ...[trackingId, String(version), day(at), oneLine(title), withdrawnBecause ?? ''],
          ]),
          'advisories/',
        ),
      ],
      files,
    }
  },
}
