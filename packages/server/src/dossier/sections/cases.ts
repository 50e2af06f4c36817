/** Under Annex VII 2(b): what was reported after Article 14. Drills are none of it. */
import { inFull } from '../../cases/case-view.ts'
import { moment, oneLine, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import type { DossierFile, DossierSource, Section } from '../section.ts'

const CASES_AT_ONCE = 200

export const cases: Section = {
  id: 'cases',
  item: '2',
  title: 'Cases of Article 14',
  async write(source) {
    const files: DossierFile[] = []
    const rows: string[][] = []
    for (const file of await casesOf(source)) {
      const events = await source.stores.cases.events(file.id)
      const full = await inFull(file, events, source.now)
      const path = `cases/${file.id}.json`
      rows.push([
        ...[file.id, file.kind, oneLine(file.title), moment(file.openedAt)],
        ...[file.closedAt === undefined ? 'open' : moment(file.closedAt), file.cves.join(' ')],
      ])
      const what = 'A case of Article 14 with its clocks and all that was recorded'
      files.push(jsonFile(path, { item: 'VII.2(b)', what }, full))
    }
    const columns = ['Case', 'Kind', 'Title', 'Opened', 'Closed', 'Vulnerabilities']
    return { blocks: [table('Cases', columns, rows, 'cases/')], files }
  },
}

async function casesOf({ stores, product }: DossierSource) {
  const all = []
  let before: string | undefined
  for (;;) {
    const limit = CASES_AT_ONCE
    const some = await stores.cases.list({ products: [product], isOpen: undefined, before, limit })
    all.push(...some.filter(({ isDrill }) => !isDrill))
    before = some.at(-1)?.id
    if (some.length < limit) return all
  }
}
