/** Under Annex VII 2(b): what is known of vulnerabilities in the product and what persons said of it (VEX). */
import type { DossierGap } from '@fleetward/shared'
import type { VexFormat } from '@fleetward/vulnerability'
import { feedReasons } from '../../gate/gate.ts'
import { HttpError } from '../../http/problem.ts'
import { exportVex } from '../../vex/export-vex.ts'
import { day, table } from '../document.ts'
import { everyFinding } from '../every-finding.ts'
import { jsonFile } from '../json-file.ts'
import type { DossierFile, Section } from '../section.ts'

const DOCUMENTS: Readonly<Record<VexFormat, string>> = {
  OpenVEX: 'vex/openvex.json',
  CycloneDX: 'vex/cyclonedx.json',
  CSAF: 'vex/csaf.json',
}
const FINDINGS = 'vulnerabilities/findings.json'

export const vulnerabilities: Section = {
  id: 'vulnerabilities',
  item: '2',
  title: 'Known vulnerabilities and what they mean',
  async write(source) {
    const found = await everyFinding(source)
    const documents: DossierFile[] = []
    // On feeds that are away or old "no findings" says nothing.
    const silence = feedReasons(await source.stores.feeds.list(), new Date(source.now * 1000))
    const gaps: DossierGap[] = silence.map(({ sentence }) => {
      return { item: 'VII.2(b)', what: sentence, next: 'fleetward feeds --help' }
    })
    for (const [format, path] of Object.entries(DOCUMENTS) as [VexFormat, string][]) {
      const { publisher, now: at, product } = source
      try {
        const { document } = await exportVex(source.stores, product, format, { publisher, at })
        const what = `What persons decided of findings, as ${format}`
        documents.push(jsonFile(path, { item: 'VII.2(b)', what }, document))
      } catch (error) {
        if (!(error instanceof HttpError) || error.code !== 'VEX_NOT_EXPORTABLE') throw error
        // Without a single statement there is no document in any format.
        if (found.length > 0) {
          const what = `There is no VEX document as ${format}: ${error.message}`
          gaps.push({ item: 'VII.2(b)', what, next: 'fleetward findings decide --help' })
        }
      }
    }
    return {
      blocks: [
        table(
          'Findings in releases of the product',
          ['Vulnerability', 'Component', 'Rating', 'Exploited', 'Since', 'Ended'],
          found.map(({ name, componentName, rating, isExploited, firstSeenAt, endedAt }) => [
            ...[name, componentName, rating, isExploited ? 'yes' : 'no'],
            ...[day(firstSeenAt), day(endedAt)],
          ]),
          FINDINGS,
        ),
      ],
      files: [
        jsonFile(
          FINDINGS,
          { item: 'VII.2(b)', what: 'Every finding, also those that ended' },
          found,
        ),
        ...documents,
      ],
      gaps,
    }
  },
}
