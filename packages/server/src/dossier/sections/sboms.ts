/** Annex VII 8: the bill of materials of every release, as it was signed (CRA P-137). */

import { table } from '../document.ts'
import { item7 } from '../fact-gaps.ts'
import type { DossierFile, Section } from '../section.ts'
import { storedContent } from '../stored-content.ts'

export const sboms: Section = {
  id: 'sboms',
  item: '8',
  title: 'Bills of materials',
  async write(source) {
    const files: DossierFile[] = []
    const rows: string[][] = []
    const gaps = [...item7('8')(source)]
    for (const { release } of source.releases) {
      const { version, sbom } = release
      const about = await source.stores.sboms.find(sbom.sha256)
      const content = await storedContent(source.artifacts, sbom.sha256)
      const path = `sboms/${version}.json`
      rows.push([
        ...[version, about === undefined ? '' : `${about.format} ${about.formatVersion}`],
        ...[String(about?.componentsCount ?? ''), sbom.sha256],
      ])
      if (content === undefined) {
        const what = `The SBOM of ${version} is not in the store`
        gaps.push({ item: 'VII.8', what, next: 'Bring the store back from its backup.' })
      } else {
        const what = `SBOM of ${version}, the bytes that were signed with it`
        files.push({ path, mediaType: 'application/json', item: 'VII.8', what, content })
      }
      if (about?.trouble !== undefined) {
        const what = `The SBOM of ${version} cannot be read: ${about.trouble}`
        gaps.push({ item: 'VII.8', what, next: 'Publish a release with an SBOM that can.' })
      }
    }
    const columns = ['Version', 'Format', 'Components', 'SHA-256']
    return { blocks: [table('SBOMs', columns, rows, 'product/releases.json')], files, gaps }
  },
}
